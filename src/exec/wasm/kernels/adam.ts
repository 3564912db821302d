/** Keras' Adam, and AdamW where the weight decay is not 0: the decay comes first. */
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * Arguments: weights, gradients, momentum, velocity, count, numbers of a chunk, learning rate, step, gradient factor or
 * 0, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, weight decay (the last six floats).
 */
export function adam(record: usize, chunk: i32, _scratch: usize): void {
  const weights = addressAt(record, 0);
  const gradients = addressAt(record, 1);
  const momentum = addressAt(record, 2);
  const velocity = addressAt(record, 3);
  const end = endOf(chunk, intAt(record, 5), intAt(record, 4));
  const learning = load<f32>(addressAt(record, 6));
  const rate = f32x4.splat(correctedRate(record, learning));
  const factor = factorAt(addressAt(record, 8));
  const keep1 = f32x4.splat(floatAt(record, 9));
  const take1 = f32x4.splat(floatAt(record, 10));
  const keep2 = f32x4.splat(floatAt(record, 11));
  const take2 = f32x4.splat(floatAt(record, 12));
  const epsilon = f32x4.splat(floatAt(record, 13));
  const decay = f32x4.splat(learning * floatAt(record, 14));
  for (let at = startOf(chunk, intAt(record, 5)); at < end; at += 16) {
    const gradient = f32x4.mul(v128.load(gradients + at), factor);
    const first = blend(v128.load(momentum + at), gradient, keep1, take1);
    const square = f32x4.mul(gradient, gradient);
    const second = blend(v128.load(velocity + at), square, keep2, take2);
    v128.store(momentum + at, first);
    v128.store(velocity + at, second);
    const weight = v128.load(weights + at);
    const change = f32x4.div(f32x4.mul(first, rate), f32x4.add(f32x4.sqrt(second), epsilon));
    const decayed = f32x4.sub(weight, f32x4.mul(weight, decay));
    v128.store(weights + at, f32x4.sub(decayed, change));
  }
}

/** With the corrections for slots that started from 0. */
function correctedRate(record: usize, learning: f32): f32 {
  const done = <f64>(load<i32>(addressAt(record, 7)) + 1);
  const correction1 = 1 - <f64>floatAt(record, 9) ** done;
  const correction2 = 1 - <f64>floatAt(record, 11) ** done;
  return <f32>((<f64>learning * Math.sqrt(correction2)) / correction1);
}
