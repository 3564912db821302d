/** Keras' stochastic gradient descent, with or without momentum. */
import { SgdCall } from "./generated/calls";
import { endOf, factorAt, startOf } from "./shared/optimizer";

export function sgd(call: SgdCall, chunk: i32, _scratch: usize): void {
  const weights = call.weights;
  const gradients = call.gradients;
  const momentum = call.velocity;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  const learning = v128.load32_splat(call.learningRate);
  const rate = f32x4.mul(learning, factorAt(call.gradientFactor));
  const share = f32x4.splat(call.momentum);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {
    const before = momentum ? f32x4.mul(v128.load(momentum + at), share) : f32x4.splat(0);
    const change = f32x4.sub(before, f32x4.mul(rate, v128.load(gradients + at)));
    if (momentum) v128.store(momentum + at, change);
    v128.store(weights + at, f32x4.add(v128.load(weights + at), change));
  }
}
