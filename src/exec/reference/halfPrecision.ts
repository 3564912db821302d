/**
 * Rounds the numbers that a plan stores in 16 bits. For gradients it rounds the digits only and keeps the range: a loss scale
 * handles that, and the reference assumes that it is right.
 */
import type { PlanBuffer } from "../../plan/buffers.ts";
import { LARGEST_HALF } from "../../plan/halfPrecision.ts";

/** Splits off 11 of float64's 53 bits (Dekker 1971, "A floating-point technique for extending the available precision"). */
const SPLITTER = 2 ** 42 + 1;

/** Rounds the contents of a buffer of type `f16` in place; other buffers stay unchanged. */
export function roundStored({ type, role }: PlanBuffer, values: Float64Array): void {
  if (type !== "f16") return;
  const most = role === "activation" ? LARGEST_HALF : Number.POSITIVE_INFINITY;
  values.forEach((value, at) => {
    const split = SPLITTER * value;
    const rounded = split - (split - value);
    values[at] = Math.abs(value) > most ? Math.sign(value) * most : rounded;
  });
}
