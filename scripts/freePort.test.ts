import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { findFreePort } from "./freePort.ts";

const open: Server[] = [];

afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

/** Listens on `host`; port 0 takes any. Resolves with the port. */
function listen(host: string, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    open.push(server);
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host.includes(":") }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}

test("a free port is taken as it is", async () => {
  const port = await listen("127.0.0.1");
  await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
  expect(await findFreePort("127.0.0.1", port)).toBe(port);
});

test("a taken port gives way to a later one", async () => {
  const port = await listen("127.0.0.1");
  expect(await findFreePort("127.0.0.1", port)).toBeGreaterThan(port);
});

test("a port that another program has on all addresses counts as taken", async () => {
  const port = await listen("0.0.0.0");
  expect(await findFreePort("127.0.0.1", port)).toBeGreaterThan(port);
});
