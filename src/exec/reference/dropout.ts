import type { DropoutAttributes } from "../../plan/operations.ts";
import { dropoutBits } from "../../plan/ops/dropout.ts";
import type { Kernel } from "./kernel.ts";

export const dropout: Kernel<"dropout"> = ({ x, y, step }, attributes) =>
  keepSome(x, y, attributes, step);

export const dropoutGradient: Kernel<"dropoutGradient"> = ({ dy, dx, step }, attributes) =>
  keepSome(dy, dx, attributes, step);

function keepSome(
  from: Float64Array,
  to: Float64Array,
  { rate, seed }: DropoutAttributes,
  [step = Number.NaN]: Float64Array,
): void {
  const limit = rate * 2 ** 32;
  for (let at = 0; at < from.length; at += 1)
    to[at] = dropoutBits(seed, step, at) >= limit ? (from[at] as number) / (1 - rate) : 0;
}
