/** Finds a port that is really free, for a page that people open as `localhost`. */
import { connect, createServer } from "node:net";

const PORTS_TO_TRY = 100;

/**
 * Returns the first free port from `first` on. A port counts as free when `host` can be bound and nothing answers there over
 * IPv6 either: browsers may resolve `localhost` to `::1` and would then open another program.
 *
 * @throws Error when none of the next hundred is free.
 */
export async function findFreePort(host: string, first: number): Promise<number> {
  const last = Math.min(first + PORTS_TO_TRY - 1, 65_535);
  for (let port = first; port <= last; port += 1) {
    if ((await canListen(host, port)) && !(await answers("::1", port))) return port;
  }
  throw new Error(
    `Port: none from ${first} to ${last} is free on ${host}. Name another one with --port.`,
  );
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
