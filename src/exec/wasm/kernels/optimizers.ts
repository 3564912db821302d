/**
 * Keras' optimisers, one weight tensor a call. `gradientFactor` and `learningRate` point to one number each; a
 * factor of 0 is none. Shares come with what is left of them, both rounded from float64.
 */
function factorAt(pointer: usize): f32 {
  return pointer ? load<f32>(pointer) : 1;
}

/** AdamW where `weightDecay` is not 0: the decay comes first. */
export function adam(
  weights: usize,
  gradients: usize,
  momentum: usize,
  velocity: usize,
  count: i32,
  learningRate: usize,
  step: usize,
  gradientFactor: usize,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  weightDecay: f32,
): void {
  const done = <f64>(load<i32>(step) + 1);
  const correction1 = 1 - <f64>(<f32>beta1) ** done;
  const correction2 = 1 - <f64>(<f32>beta2) ** done;
  const learning = load<f32>(learningRate);
  const rate = <f32>((<f64>learning * Math.sqrt(correction2)) / correction1);
  const factor = factorAt(gradientFactor);
  const decay = learning * weightDecay;
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const gradient = f32x4.mul(v128.load(gradients + at), f32x4.splat(factor));
    const first = blendVector(v128.load(momentum + at), gradient, <f32>beta1, <f32>(1 - beta1));
    const square = f32x4.mul(gradient, gradient);
    const second = blendVector(v128.load(velocity + at), square, <f32>beta2, <f32>(1 - beta2));
    v128.store(momentum + at, first);
    v128.store(velocity + at, second);
    const weight = v128.load(weights + at);
    const size = f32x4.add(f32x4.sqrt(second), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(first, f32x4.splat(rate)), size);
    const decayed = f32x4.sub(weight, f32x4.mul(weight, f32x4.splat(decay)));
    v128.store(weights + at, f32x4.sub(decayed, change));
  }
  for (; at < bytes; at += 4) {
    const gradient = load<f32>(gradients + at) * factor;
    const first = blend(load<f32>(momentum + at), gradient, <f32>beta1, <f32>(1 - beta1));
    const second = blend(
      load<f32>(velocity + at),
      gradient * gradient,
      <f32>beta2,
      <f32>(1 - beta2),
    );
    store<f32>(momentum + at, first);
    store<f32>(velocity + at, second);
    const weight = load<f32>(weights + at);
    const change = (first * rate) / (sqrt<f32>(second) + epsilon);
    store<f32>(weights + at, weight - weight * decay - change);
  }
}

function blend(slot: f32, value: f32, keep: f32, take: f32): f32 {
  return slot * keep + value * take;
}

function blendVector(slot: v128, value: v128, keep: f32, take: f32): v128 {
  return f32x4.add(f32x4.mul(slot, f32x4.splat(keep)), f32x4.mul(value, f32x4.splat(take)));
}

/** Momentum of 0 points nowhere: none. */
export function sgd(
  weights: usize,
  gradients: usize,
  momentum: usize,
  count: i32,
  learningRate: usize,
  gradientFactor: usize,
  share: f32,
): void {
  const rate = load<f32>(learningRate) * factorAt(gradientFactor);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const before: f32 = momentum ? load<f32>(momentum + at) * share : 0;
    const change = before - rate * load<f32>(gradients + at);
    if (momentum) store<f32>(momentum + at, change);
    store<f32>(weights + at, load<f32>(weights + at) + change);
  }
}

export function rmsprop(
  weights: usize,
  gradients: usize,
  velocity: usize,
  count: i32,
  learningRate: usize,
  gradientFactor: usize,
  rho: f64,
  epsilon: f32,
): void {
  const rate = load<f32>(learningRate);
  const factor = factorAt(gradientFactor);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const gradient = load<f32>(gradients + at) * factor;
    const size = blend(load<f32>(velocity + at), gradient * gradient, <f32>rho, <f32>(1 - rho));
    store<f32>(velocity + at, size);
    const change = (rate * gradient) / sqrt<f32>(size + epsilon);
    store<f32>(weights + at, load<f32>(weights + at) - change);
  }
}

export function adadelta(
  weights: usize,
  gradients: usize,
  accumulatedGradients: usize,
  accumulatedChanges: usize,
  count: i32,
  learningRate: usize,
  gradientFactor: usize,
  rho: f64,
  epsilon: f32,
): void {
  const rate = load<f32>(learningRate);
  const factor = factorAt(gradientFactor);
  const keep = <f32>rho;
  const take = <f32>(1 - rho);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const gradient = load<f32>(gradients + at) * factor;
    const size = blend(load<f32>(accumulatedGradients + at), gradient * gradient, keep, take);
    const before = load<f32>(accumulatedChanges + at);
    const change = (gradient * sqrt<f32>(before + epsilon)) / sqrt<f32>(size + epsilon);
    store<f32>(accumulatedGradients + at, size);
    store<f32>(accumulatedChanges + at, blend(before, change * change, keep, take));
    store<f32>(weights + at, load<f32>(weights + at) - rate * change);
  }
}

/** Adds the squares of a tensor to the float64 at `total`. */
export function addSquares(values: usize, count: i32, total: usize): void {
  let sum: f64 = 0;
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const value = <f64>load<f32>(values + at);
    sum += value * value;
  }
  store<f64>(total, load<f64>(total) + sum);
}

/** `clipNorm / max(norm, clipNorm)` from the float64 at `total`, Keras' `global_clipnorm`. */
export function clipFactor(total: usize, clipNorm: f64, factor: usize): void {
  store<f32>(factor, <f32>(clipNorm / max(Math.sqrt(load<f64>(total)), clipNorm)));
}
