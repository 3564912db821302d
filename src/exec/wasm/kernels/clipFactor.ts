/**
 * The factor that clips all gradients together, as Keras' `global_clipnorm` does: sums of squares in parts, then the
 * factor.
 */
import { ClipFactorCall, SumSquaresCall } from "./generated/calls";
import { endOf, startOf } from "./shared/optimizer";

/** The number of values is a multiple of 4. Each chunk writes one float64. */
export function sumSquares(call: SumSquaresCall, chunk: i32, _scratch: usize): void {
  const values = call.values;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {
    const first = f64x2.promote_low_f32x4(v128.load64_zero(values + at));
    const second = f64x2.promote_low_f32x4(v128.load64_zero(values + at, 8));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  const sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  store<f64>(call.parts + ((<usize>chunk) << 3), sum);
}

/** Writes `clipNorm / max(norm, clipNorm)`. It runs in one chunk. */
export function clipFactor(call: ClipFactorCall, _chunk: i32, _scratch: usize): void {
  const parts = call.parts;
  const clipNorm = <f64>call.clipNorm;
  let total: f64 = 0;
  for (let part: usize = 0; part < (<usize>call.numParts) << 3; part += 8)
    total += load<f64>(parts + part);
  store<f32>(call.factor, <f32>(clipNorm / max(Math.sqrt(total), clipNorm)));
}
