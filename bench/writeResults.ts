/** Writes results to a file, with a description of the machine. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";

export function writeResults(
  file: string,
  results: Readonly<Record<string, object>>,
  browser?: string,
): void {
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, browser };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
}
