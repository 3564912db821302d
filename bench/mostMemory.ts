/** The memory of the browser's processes. */
import { readFileSync } from "node:fs";
import { greatestOf } from "../src/core/numbers.ts";
import type { BenchPage } from "./page.ts";

/** Returns the most bytes of memory that one process for a page, with its workers, has held so far. Linux alone tells it. */
export async function mostMemoryBytes({ pageProcesses }: BenchPage): Promise<number> {
  return greatestOf((await pageProcesses()).map(mostMemoryOf));
}

function mostMemoryOf(id: number): number {
  const [, kilobytes = ""] =
    /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
