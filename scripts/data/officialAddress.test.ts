import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadOfficialFiles } from "./officialAddress.ts";
import { NotThereError, OFFICIAL_FILES } from "./officialFiles.ts";

let folder = "";
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "download-"));
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Starts a local server and returns its address. */
async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const address = started.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
}

describe("the official address", () => {
  it("gives the four files under their official names", async () => {
    const address = await serve((request, response) => response.end(`bytes of ${request.url}`));
    expect(await downloadOfficialFiles(folder, address)).toBe(folder);
    for (const { name } of OFFICIAL_FILES) {
      const bytes = await readFile(join(folder, `${name}.gz`), "utf8");
      expect(bytes).toBe(`bytes of /${name}.gz`);
    }
  });

  it("that refuses a file is a source without files, with the status as the reason", async () => {
    const address = await serve((_, response) => response.writeHead(403).end());
    const download = downloadOfficialFiles(folder, address);
    await expect(download).rejects.toThrow(NotThereError);
    await expect(download).rejects.toThrow("does not answer (HTTP 403)");
  });

  it("that cannot be reached is a source without files, with the network's own reason", async () => {
    const address = await serve((_, response) => response.end());
    const closing = server;
    await new Promise((resolve) => closing?.close(resolve));
    await expect(downloadOfficialFiles(folder, address)).rejects.toThrow(/ECONNREFUSED/);
  });
});
