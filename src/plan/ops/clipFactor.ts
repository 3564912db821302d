/**
 * Clips by global norm: computes one factor for all gradients, so that their global norm is at most `clipNorm`. The optimiser
 * multiplies by it.
 */

import type { BufferId } from "../buffers.ts";
import type { Tape } from "../tape.ts";

/** Returns undefined when `clipNorm` is 0, which means no clipping. */
export function emitClipFactor(
  tape: Tape,
  gradients: readonly BufferId[],
  clipNorm: number,
): BufferId | undefined {
  if (clipNorm === 0) return undefined;
  const factor = tape.scratch("clip factor", [1]);
  tape.step({
    op: "clipFactor",
    inputs: { gradients },
    outputs: { factor },
    attributes: { clipNorm },
  });
  return factor;
}
