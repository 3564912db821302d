/** Keras' RMSprop. */
import { RmspropCall } from "./generated/calls";
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";

export function rmsprop(call: RmspropCall, chunk: i32, _scratch: usize): void {
  const weights = call.weights;
  const gradients = call.gradients;
  const velocity = call.velocity;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  const rate = v128.load32_splat(call.learningRate);
  const factor = factorAt(call.gradientFactor);
  const keep = f32x4.splat(call.rho);
  const take = f32x4.splat(call.oneMinusRho);
  const epsilon = f32x4.splat(call.epsilon);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {
    const gradient = f32x4.mul(v128.load(gradients + at), factor);
    const square = f32x4.mul(gradient, gradient);
    const size = blend(v128.load(velocity + at), square, keep, take);
    v128.store(velocity + at, size);
    const root = f32x4.sqrt(f32x4.add(size, epsilon));
    const change = f32x4.div(f32x4.mul(rate, gradient), root);
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), change));
  }
}
