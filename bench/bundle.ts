/**
 * Measures the JavaScript that reaches the browser before Train is pressed, worker included, compressed with gzip as a server
 * would send it.
 */
import { gzipSync } from "node:zlib";
import type { BenchPage } from "./page.ts";

const LIMIT_BYTES = 200_000;

export async function bundle({ open }: BenchPage): Promise<object> {
  const bodies: { file: string; body: Promise<Buffer> }[] = [];
  const page = await open("", async (opened) => {
    opened.context().on("response", (response) => {
      const file = new URL(response.url()).pathname;
      if (file.endsWith(".js")) bodies.push({ file, body: response.body() });
    });
  });
  await page.waitForLoadState("networkidle");
  const files = await Promise.all(
    bodies.map(async ({ file, body }) => ({
      file: file.replace(/^.*\//, ""),
      gzipBytes: gzipSync(await body).byteLength,
    })),
  );
  const gzipBytes = files.reduce((sum, { gzipBytes: size }) => sum + size, 0);
  if (gzipBytes === 0) throw new Error("bundle: no script was loaded; nothing was measured.");
  return { gzipBytes, limitBytes: LIMIT_BYTES, withinLimit: gzipBytes <= LIMIT_BYTES, files };
}
