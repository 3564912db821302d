/** The factor that clips all gradients together, Keras' `global_clipnorm`: sums of squares in parts, then the factor. */
import { endOf, startOf } from "./shared/optimizer";
import { addressAt, floatAt, intAt } from "./shared/record";

/** Arguments: values, count (a multiple of 4), numbers of a chunk, parts (a float64 for each chunk). */
export function sumSquares(record: usize, chunk: i32, _scratch: usize): void {
  const values = addressAt(record, 0);
  const end = endOf(chunk, intAt(record, 2), intAt(record, 1));
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = startOf(chunk, intAt(record, 2)); at < end; at += 16) {
    const first = f64x2.promote_low_f32x4(v128.load64_zero(values + at));
    const second = f64x2.promote_low_f32x4(v128.load64_zero(values + at, 8));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  const sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  store<f64>(addressAt(record, 3) + ((<usize>chunk) << 3), sum);
}

/** `clipNorm / max(norm, clipNorm)`. One chunk. Arguments: parts' address, parts, clipNorm (float), factor. */
export function clipFactor(record: usize, _chunk: i32, _scratch: usize): void {
  const parts = addressAt(record, 0);
  const clipNorm = <f64>floatAt(record, 2);
  let total: f64 = 0;
  for (let part: usize = 0; part < (<usize>intAt(record, 1)) << 3; part += 8)
    total += load<f64>(parts + part);
  store<f32>(addressAt(record, 3), <f32>(clipNorm / max(Math.sqrt(total), clipNorm)));
}
