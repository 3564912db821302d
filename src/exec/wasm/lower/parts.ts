/** Sums over chunks: each chunk writes its part, and a second call adds the parts in a fixed order. */
import type { Call } from "../kernelCalls.ts";
import { numberChunks } from "./chunks.ts";
import type { Lowering } from "./lowering.ts";

/** Numbers that a chunk adds, a multiple of 4. */
const SUMMED_NUMBERS = 2048;

/** @returns where the chunks write their parts, and the call that adds them; a single part is the result itself. */
export function sumParts(
  { address, count }: { readonly address: number; readonly count: number },
  numParts: number,
  { shared }: Pick<Lowering, "shared">,
): { readonly parts: number; readonly sums: readonly Call[] } {
  if (numParts === 1) return { parts: address, sums: [] };
  const parts = shared(numParts * count);
  const { numbers, chunks } = numberChunks(count, SUMMED_NUMBERS);
  const call = { numParts, numbers, parts, result: address };
  return { parts, sums: [{ kernel: "sumParts", chunks, arguments: call }] };
}
