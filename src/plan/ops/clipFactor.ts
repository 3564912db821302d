/** One factor for all gradients, so that their norm together is at most `clipNorm`; the optimiser multiplies by it. */

import type { BufferId } from "../buffers.ts";
import type { Signature } from "../signature.ts";
import type { Tape } from "../tape.ts";

/** Undefined for a `clipNorm` of 0: no clipping. */
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

export const clipFactor: Signature<"clipFactor"> = { patterns: { gradients: "@*S", factor: "1" } };
