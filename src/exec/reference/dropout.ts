import type { DropoutAttributes } from "../../plan/operations.ts";
import { dropoutBits } from "../../plan/ops/dropout.ts";
import type { Kernel } from "./kernel.ts";

export const dropoutForward: Kernel<"dropout"> = ({ inputs, outputs, attributes }, memory) =>
  keepSome(
    memory.values(inputs.x),
    memory.values(outputs.y),
    attributes,
    memory.scalar(inputs.step),
  );

export const dropoutGradient: Kernel<"dropoutGradient"> = (
  { inputs, outputs, attributes },
  memory,
) =>
  keepSome(
    memory.values(inputs.dy),
    memory.values(outputs.dx),
    attributes,
    memory.scalar(inputs.step),
  );

function keepSome(
  from: Float64Array,
  to: Float64Array,
  { rate, seed }: DropoutAttributes,
  step: number,
): void {
  const limit = rate * 2 ** 32;
  for (let at = 0; at < from.length; at += 1)
    to[at] = dropoutBits(seed, step, at) >= limit ? (from[at] as number) / (1 - rate) : 0;
}
