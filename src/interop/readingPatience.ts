/**
 * How long reading a model may take. A damaged file can make a library run without end, so another thread reads it, which is ended
 * after this time.
 */
import type { PlaygroundError } from "../core/errors.ts";
import { wrongModel } from "./modelFault.ts";

const LEAST_MS = 2000;
/** Large files need more: 20 MB a second. */
const BYTES_PER_MS = 20_000;

export function patienceMs(sizeBytes: number): number {
  return LEAST_MS + sizeBytes / BYTES_PER_MS;
}

/** @param where the file */
export function unansweredModel(where: string): PlaygroundError {
  return wrongModel(where, {
    rule: "reading it takes too long or broke off, so the file is probably damaged",
    expected: "an answer within two seconds",
    got: "none",
    remedy: "Copy or download the file again.",
  });
}
