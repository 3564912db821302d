/**
 * Measures how long the page takes to describe a zip of small pictures, all of which it decodes, and the most memory that one of
 * the browser's processes for pages, with its workers, has held.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mostMemoryBytes } from "../mostMemory.ts";
import type { BenchPage } from "../page.ts";
import { makePictures } from "./makePictures.ts";

const NUM_CLASSES = 10;
const SEED = 1;
/** For 50,000 pictures. */
const LIMITS = { seconds: 60, memoryBytes: 1e9 } as const;
const LONGEST_MS = 1_800_000;

export async function pictures(bench: BenchPage, count: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-"));
  try {
    const file = join(folder, "pictures.zip");
    await makePictures(file, { count, numClasses: NUM_CLASSES, seed: SEED });
    const page = await bench.open("dataSet=images");
    const start = performance.now();
    await page.locator(".own-doors input[type=file]").first().setInputFiles(file);
    await page
      .getByText(/^[\d,]+ training and [\d,]+ test images/)
      .waitFor({ timeout: LONGEST_MS });
    const seconds = (performance.now() - start) / 1000;
    const memoryBytes = await mostMemoryBytes(bench);
    const words = await page.locator(".own-found p").first().textContent();
    const zipBytes = statSync(file).size;
    return { count, zipBytes, words, seconds, memoryBytes, limits: LIMITS };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
