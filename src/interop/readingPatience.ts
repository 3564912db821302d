/**
 * How long reading a model may take. A damaged file can make a library run without end, so another thread reads it, which is ended
 * after this time.
 */
import type { PlaygroundError } from "../core/errors.ts";
import { formatDuration } from "../core/units.ts";
import { wrongModel } from "./modelFault.ts";

const LEAST_MS = 2000;
/** Large files need more: 10 MB a second, which busy and slow machines reach too. */
const BYTES_PER_MS = 10_000;

/** @param sizeBytes of the file */
export function patienceMs(sizeBytes: number): number {
  return LEAST_MS + sizeBytes / BYTES_PER_MS;
}

/**
 * @param where the file
 * @param allowedMs how long its reader was waited for
 */
export function unansweredModel(where: string, allowedMs: number): PlaygroundError {
  return wrongModel(where, {
    rule: "reading it takes too long or broke off, so the file is probably damaged",
    expected: `an answer within ${formatDuration(allowedMs)}`,
    got: "none",
    remedy: "Copy or download the file again.",
  });
}
