/** Keras' Adadelta. */
import { AdadeltaCall } from "./generated/calls";
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";

export function adadelta(call: AdadeltaCall, chunk: i32, _scratch: usize): void {
  const weights = call.weights;
  const gradients = call.gradients;
  const squares = call.accumulatedGradients;
  const changes = call.accumulatedChanges;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  const rate = v128.load32_splat(call.learningRate);
  const factor = factorAt(call.gradientFactor);
  const keep = f32x4.splat(call.rho);
  const take = f32x4.splat(call.oneMinusRho);
  const epsilon = f32x4.splat(call.epsilon);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {
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
