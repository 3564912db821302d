/** Keras' stochastic gradient descent, with or without momentum. */
import { endOf, factorAt, startOf } from "./shared/optimizer";
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * Arguments: weights, gradients, momentum or 0, count, numbers of a chunk, learning rate, gradient factor or 0, momentum's
 * share (float).
 */
export function sgd(record: usize, chunk: i32, _scratch: usize): void {
  const weights = addressAt(record, 0);
  const gradients = addressAt(record, 1);
  const momentum = addressAt(record, 2);
  const end = endOf(chunk, intAt(record, 4), intAt(record, 3));
  const learning = v128.load32_splat(addressAt(record, 5));
  const rate = f32x4.mul(learning, factorAt(addressAt(record, 6)));
  const share = f32x4.splat(floatAt(record, 7));
  for (let at = startOf(chunk, intAt(record, 4)); at < end; at += 16) {
    const before = momentum ? f32x4.mul(v128.load(momentum + at), share) : f32x4.splat(0);
    const change = f32x4.sub(before, f32x4.mul(rate, v128.load(gradients + at)));
    if (momentum) v128.store(momentum + at, change);
    v128.store(weights + at, f32x4.add(v128.load(weights + at), change));
  }
}
