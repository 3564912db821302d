/** Emits the gradient of a bias, for every operation that has one. Those operations add the bias themselves. */

import type { BufferId } from "../buffers.ts";
import type { Tape, Weight } from "../tape.ts";

export function emitBiasGradient(tape: Tape, bias: Weight | undefined, dy: BufferId): void {
  if (bias?.gradient === undefined) return;
  tape.step({
    op: "biasGradient",
    inputs: { dy },
    outputs: { dbias: bias.gradient },
    attributes: {},
  });
}
