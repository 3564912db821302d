/** Sums over chunks: each leaves its part, and a second call adds the parts in order. */
import { type Call, chunksOf, type Lowering } from "./lowering.ts";

/** Numbers that a chunk adds, a multiple of 4. */
const SUMMED_NUMBERS = 2048;

/** @returns where the chunks leave their parts, and what adds them up: nothing where there is only one. */
export function sumParts(
  { address, count }: { readonly address: number; readonly count: number },
  parts: number,
  { shared }: Pick<Lowering, "shared">,
): { readonly partials: number; readonly sums: readonly Call[] } {
  if (parts === 1) return { partials: address, sums: [] };
  const partials = shared(parts * count);
  const args = [parts, count, partials, address, SUMMED_NUMBERS];
  const chunks = chunksOf(count, SUMMED_NUMBERS);
  return { partials, sums: [{ kernel: "sumParts", chunks, args }] };
}
