/** Keras' Adam, and AdamW where the weight decay is not 0; the decay comes first. */
import { AdamCall } from "./generated/calls";
import { blend, endOf, factorAt, startOf } from "./shared/optimizer";

export function adam(call: AdamCall, chunk: i32, _scratch: usize): void {
  const weights = call.weights;
  const gradients = call.gradients;
  const momentum = call.momentum;
  const velocity = call.velocity;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  const learning = load<f32>(call.learningRate);
  const rate = f32x4.splat(correctedRate(call, learning));
  const factor = factorAt(call.gradientFactor);
  const keep1 = f32x4.splat(call.beta1);
  const take1 = f32x4.splat(call.oneMinusBeta1);
  const keep2 = f32x4.splat(call.beta2);
  const take2 = f32x4.splat(call.oneMinusBeta2);
  const epsilon = f32x4.splat(call.epsilon);
  const decay = f32x4.splat(learning * call.weightDecay);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16) {
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

/** The learning rate with the corrections for slots that start from 0. */
function correctedRate(call: AdamCall, learning: f32): f32 {
  const done = <f64>(load<i32>(call.step) + 1);
  const correction1 = 1 - <f64>call.beta1 ** done;
  const correction2 = 1 - <f64>call.beta2 ** done;
  return <f32>((<f64>learning * Math.sqrt(correction2)) / correction1);
}
