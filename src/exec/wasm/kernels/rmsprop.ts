/** Keras' RMSprop. */
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * Arguments: weights, gradients, velocity, count, numbers of a chunk, learning rate, gradient factor or 0, rho, 1 - rho,
 * epsilon (the last three floats).
 */
export function rmsprop(record: usize, chunk: i32, _scratch: usize): void {
  const weights = addressAt(record, 0);
  const gradients = addressAt(record, 1);
  const velocity = addressAt(record, 2);
  const end = endOf(chunk, intAt(record, 4), intAt(record, 3));
  const rate = v128.load32_splat(addressAt(record, 5));
  const factor = factorAt(addressAt(record, 6));
  const keep = f32x4.splat(floatAt(record, 7));
  const take = f32x4.splat(floatAt(record, 8));
  const epsilon = f32x4.splat(floatAt(record, 9));
  for (let at = startOf(chunk, intAt(record, 4)); at < end; at += 16) {
    const gradient = f32x4.mul(v128.load(gradients + at), factor);
    const square = f32x4.mul(gradient, gradient);
    const size = blend(v128.load(velocity + at), square, keep, take);
    v128.store(velocity + at, size);
    const root = f32x4.sqrt(f32x4.add(size, epsilon));
    const change = f32x4.div(f32x4.mul(rate, gradient), root);
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), change));
  }
}
