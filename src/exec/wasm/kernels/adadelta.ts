/** Keras' Adadelta. */
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * Arguments: weights, gradients, accumulated gradients, accumulated changes, count, numbers of a chunk, learning rate,
 * gradient factor or 0, rho, 1 - rho, epsilon (the last three floats).
 */
export function adadelta(record: usize, chunk: i32, _scratch: usize): void {
  const weights = addressAt(record, 0);
  const gradients = addressAt(record, 1);
  const squares = addressAt(record, 2);
  const changes = addressAt(record, 3);
  const end = endOf(chunk, intAt(record, 5), intAt(record, 4));
  const rate = v128.load32_splat(addressAt(record, 6));
  const factor = factorAt(addressAt(record, 7));
  const keep = f32x4.splat(floatAt(record, 8));
  const take = f32x4.splat(floatAt(record, 9));
  const epsilon = f32x4.splat(floatAt(record, 10));
  for (let at = startOf(chunk, intAt(record, 5)); at < end; at += 16) {
    const gradient = f32x4.mul(v128.load(gradients + at), factor);
    const size = blend(v128.load(squares + at), f32x4.mul(gradient, gradient), keep, take);
    const before = v128.load(changes + at);
    const root = f32x4.sqrt(f32x4.add(before, epsilon));
    const change = f32x4.div(f32x4.mul(gradient, root), f32x4.sqrt(f32x4.add(size, epsilon)));
    v128.store(squares + at, size);
    v128.store(changes + at, blend(before, f32x4.mul(change, change), keep, take));
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(rate, change)));
  }
}
