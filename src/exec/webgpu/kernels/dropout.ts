/** Dropout. It uses the bits of `plan/ops/dropout.ts` for each position, in the forward and the backward pass. */
import { sizeOf } from "../../../core/shape.ts";
import type { DropoutAttributes } from "../../../plan/operations.ts";
import { type Dispatch, stored, type Tensor } from "../dispatch.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";

export const dropout: Lower<"dropout"> = ({ inputs, outputs, attributes }, lowering) =>
  keepSome("dropout", inputs.step, attributes, lowering, {
    from: lowering.tensor(inputs.x),
    to: lowering.tensor(outputs.y),
    count: sizeOf(lowering.shape(outputs.y)),
  });

export const dropoutGradient: Lower<"dropoutGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) =>
  keepSome("dropoutGradient", inputs.step, attributes, lowering, {
    from: lowering.tensor(inputs.dy),
    to: lowering.tensor(outputs.dx),
    count: sizeOf(lowering.shape(outputs.dx)),
  });

const MIX = `fn mix(value: u32) -> u32 {
  var bits = (value ^ (value >> 16u)) * 0x7feb352du;
  bits = (bits ^ (bits >> 15u)) * 0x846ca68bu;
  return bits ^ (bits >> 16u);
}`;

function keepSome(
  name: string,
  step: number,
  { rate, seed }: DropoutAttributes,
  lowering: Lowering,
  { from, to, count }: { readonly from: Tensor; readonly to: Tensor; readonly count: number },
): readonly Dispatch[] {
  return [
    dispatchOf({
      name,
      reads: { x: stored(from), step: stored(lowering.tensor(step), { type: "i32" }) },
      writes: { y: { tensor: to } },
      numbers: { seed, limit: Math.ceil(rate * 2 ** 32), kept: { float: 1 - rate } },
      functions: MIX,
      body: `let bits = mix(mix(mix(p.seed) + u32(step_at(0u, 0u))) + i);
        y_set(i, select(0.0, x_at(i, 0u) / p.kept, bits >= p.limit));`,
      threads: count,
    }),
  ];
}
