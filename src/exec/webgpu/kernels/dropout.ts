/** Dropout. It uses the bits of `plan/ops/dropout.ts` for each position, in the forward and the backward pass. */
import type { StepOf } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";

export const dropout: Lower<"dropout"> = (step, lowering) => keepSome(step, lowering, "x");

export const dropoutGradient: Lower<"dropoutGradient"> = (step, lowering) =>
  keepSome(step, lowering, "dy");

const MIX = `fn mix(value: u32) -> u32 {
  var bits = (value ^ (value >> 16u)) * 0x7feb352du;
  bits = (bits ^ (bits >> 15u)) * 0x846ca68bu;
  return bits ^ (bits >> 16u);
}`;

function keepSome(
  step: StepOf<"dropout"> | StepOf<"dropoutGradient">,
  lowering: Lowering,
  from: "x" | "dy",
): Dispatch {
  const { rate, seed } = step.attributes;
  return mapStep(step, lowering, {
    width: 1,
    numbers: { seed, limit: Math.ceil(rate * 2 ** 32), kept: { float: 1 - rate } },
    functions: MIX,
    before: "let bits = mix(mix(mix(p.seed) + u32(step_at(0u, 0u))) + at);",
    value: `select(0.0, ${from}_at(at, 0u) / p.kept, bits >= p.limit)`,
  });
}
