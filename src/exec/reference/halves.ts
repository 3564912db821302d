/**
 * The rounding of numbers that a plan stores in 16 bits. Of gradients only the digits: their range is the business of a
 * loss scale, which the reference takes to be right.
 */
import type { PlanBuffer } from "../../plan/buffers.ts";
import { LARGEST_HALF } from "../../plan/halves.ts";

/** Leaves 11 of float64's 53 digits (Dekker 1971, "A floating-point technique for extending the available precision"). */
const SPLITTER = 2 ** 42 + 1;

/** Rounds in place what lies in a buffer of type `f16`; other buffers stay as they are. */
export function roundStored({ type, role }: PlanBuffer, values: Float64Array): void {
  if (type !== "f16") return;
  const most = role === "activation" ? LARGEST_HALF : Number.POSITIVE_INFINITY;
  values.forEach((value, at) => {
    const split = SPLITTER * value;
    const rounded = split - (split - value);
    values[at] = Math.abs(value) > most ? Math.sign(value) * most : rounded;
  });
}
