/** Serves the built page on a separate static host, which sends files and, unless configured otherwise, no extra headers. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const BUILT = join(import.meta.dirname, "../dist");
/** A subfolder, as on GitHub Pages. */
const FOLDER = "/folder/";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

export interface HostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the content of files whose names match. Tests cannot intercept the requests of a worker's threads. */
  readonly replaced?: { readonly name: RegExp; readonly content: string };
}

export interface StaticHost {
  readonly address: string;
  /** While offline, connections are closed without an answer. */
  setOffline(offline: boolean): void;
  /** Returns how often the page itself was requested. */
  readonly numPages: () => number;
  close(): void;
}

export async function startStaticHost({
  headers = {},
  replaced,
}: HostOptions = {}): Promise<StaticHost> {
  let numPages = 0;
  let isOffline = false;
  const server = createServer((request, response) => {
    if (isOffline) return request.socket.destroy();
    const { pathname } = new URL(request.url ?? "", "http://host");
    if (pathname === FOLDER) numPages += 1;
    const file = fileAt(pathname);
    if (file === undefined) return response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "Content-Type": type });
    if (replaced?.name.test(file)) return response.end(replaced.content);
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = server.address();
  if (place === null || typeof place === "string") throw new Error("the host has no port");
  return {
    address: `http://127.0.0.1:${place.port}${FOLDER}`,
    setOffline(offline) {
      isOffline = offline;
      if (offline) server.closeAllConnections();
    },
    numPages: () => numPages,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function fileAt(pathname: string): string | undefined {
  const name = pathname === FOLDER ? "index.html" : pathname.slice(FOLDER.length);
  const file = join(BUILT, normalize(`/${name}`));
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}
