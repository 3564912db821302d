/**
 * Softmax and the losses, with Keras' rules as in `exec/reference/crossEntropy.ts`. A row is a handful of classes:
 * what happens within it is float64.
 */
const EPSILON: f64 = 1e-7;

function valueAt(row: usize, place: i32): f64 {
  return <f64>load<f32>(row + ((<usize>place) << 2));
}

function largestOf(row: usize, classes: i32): f64 {
  let largest = valueAt(row, 0);
  for (let place = 1; place < classes; place += 1) largest = max(largest, valueAt(row, place));
  return largest;
}

function powersOf(row: usize, classes: i32, largest: f64): f64 {
  let total: f64 = 0;
  for (let place = 0; place < classes; place += 1) total += Math.exp(valueAt(row, place) - largest);
  return total;
}

function sumOf(row: usize, classes: i32): f64 {
  let total: f64 = 0;
  for (let place = 0; place < classes; place += 1) total += valueAt(row, place);
  return total;
}

/** The smoothed label: what a class should have. */
function wanted(place: i32, label: i32, classes: i32, smoothing: f64): f64 {
  const share = smoothing / <f64>classes;
  return place === label ? 1 - smoothing + share : share;
}

/** The class of the largest output, the first of equals. */
function bestOf(row: usize, classes: i32): i32 {
  let best = 0;
  for (let place = 1; place < classes; place += 1)
    if (valueAt(row, place) > valueAt(row, best)) best = place;
  return best;
}

function clip(share: f64): f64 {
  return min(1 - EPSILON, max(EPSILON, share));
}

export function softmax(x: usize, rows: i32, classes: i32, y: usize): void {
  const bytes = (<usize>classes) << 2;
  for (let r = 0; r < rows; r += 1) {
    const row = x + <usize>r * bytes;
    const largest = largestOf(row, classes);
    const total = powersOf(row, classes, largest);
    for (let place = 0; place < classes; place += 1) {
      const share = Math.exp(valueAt(row, place) - largest) / total;
      store<f32>(y + <usize>r * bytes + ((<usize>place) << 2), <f32>share);
    }
  }
}

/** `dx = y * (dy - sum(dy * y))` */
export function softmaxGradient(dy: usize, y: usize, rows: i32, classes: i32, dx: usize): void {
  const bytes = (<usize>classes) << 2;
  for (let r = 0; r < rows; r += 1) {
    const offset = <usize>r * bytes;
    let product: f64 = 0;
    for (let place = 0; place < classes; place += 1)
      product += valueAt(dy + offset, place) * valueAt(y + offset, place);
    for (let place = 0; place < classes; place += 1) {
      const value = valueAt(y + offset, place) * (valueAt(dy + offset, place) - product);
      store<f32>(dx + offset + ((<usize>place) << 2), <f32>value);
    }
  }
}

export function softmaxCrossEntropy(
  logits: usize,
  labels: usize,
  rows: i32,
  classes: i32,
  smoothing: f64,
  imageLoss: usize,
  predicted: usize,
): void {
  for (let r = 0; r < rows; r += 1) {
    const at = (<usize>r) << 2;
    const row = logits + at * <usize>classes;
    const label = load<i32>(labels + at);
    const largest = largestOf(row, classes);
    const logTotal = Math.log(powersOf(row, classes, largest));
    let loss: f64 = 0;
    for (let place = 0; place < classes; place += 1)
      loss -= wanted(place, label, classes, smoothing) * (valueAt(row, place) - largest - logTotal);
    store<f32>(imageLoss + at, <f32>loss);
    store<i32>(predicted + at, bestOf(row, classes));
  }
}

export function softmaxCrossEntropyGradient(
  logits: usize,
  labels: usize,
  rows: i32,
  classes: i32,
  smoothing: f64,
  dlogits: usize,
): void {
  for (let r = 0; r < rows; r += 1) {
    const at = (<usize>r) << 2;
    const row = logits + at * <usize>classes;
    const label = load<i32>(labels + at);
    const largest = largestOf(row, classes);
    const total = powersOf(row, classes, largest);
    for (let place = 0; place < classes; place += 1) {
      const share = Math.exp(valueAt(row, place) - largest) / total;
      const slope = (share - wanted(place, label, classes, smoothing)) / <f64>rows;
      store<f32>(dlogits + at * <usize>classes + ((<usize>place) << 2), <f32>slope);
    }
  }
}

export function clippedCrossEntropy(
  x: usize,
  labels: usize,
  rows: i32,
  classes: i32,
  smoothing: f64,
  imageLoss: usize,
  predicted: usize,
): void {
  for (let r = 0; r < rows; r += 1) {
    const at = (<usize>r) << 2;
    const row = x + at * <usize>classes;
    const label = load<i32>(labels + at);
    const total = sumOf(row, classes);
    let loss: f64 = 0;
    for (let place = 0; place < classes; place += 1) {
      const share = clip(valueAt(row, place) / total);
      loss -= wanted(place, label, classes, smoothing) * Math.log(share);
    }
    store<f32>(imageLoss + at, <f32>loss);
    store<i32>(predicted + at, bestOf(row, classes));
  }
}

/** With shares `p = x / sum(x)`: `dx = (g - sum(g * p)) / sum(x)`, where `g = -target / p` unless clipped. */
export function clippedCrossEntropyGradient(
  x: usize,
  labels: usize,
  rows: i32,
  classes: i32,
  smoothing: f64,
  dx: usize,
): void {
  for (let r = 0; r < rows; r += 1) {
    const at = (<usize>r) << 2;
    const row = x + at * <usize>classes;
    const label = load<i32>(labels + at);
    const total = sumOf(row, classes);
    let product: f64 = 0;
    for (let place = 0; place < classes; place += 1) {
      const share = valueAt(row, place) / total;
      if (clip(share) === share) product -= wanted(place, label, classes, smoothing);
    }
    for (let place = 0; place < classes; place += 1) {
      const share = valueAt(row, place) / total;
      const target = wanted(place, label, classes, smoothing);
      const slope = clip(share) === share ? -target / share : 0;
      const value = (slope - product) / total / <f64>rows;
      store<f32>(dx + at * <usize>classes + ((<usize>place) << 2), <f32>value);
    }
  }
}

/** Adds to `[sum of mean losses, number correct, newest mean loss]`. */
export function accumulateMetrics(
  imageLoss: usize,
  predicted: usize,
  labels: usize,
  rows: i32,
  sums: usize,
): void {
  let total: f64 = 0;
  let correct = 0;
  for (let r = 0; r < rows; r += 1) {
    const at = (<usize>r) << 2;
    total += <f64>load<f32>(imageLoss + at);
    correct += load<i32>(predicted + at) === load<i32>(labels + at) ? 1 : 0;
  }
  const mean = <f32>(total / <f64>rows);
  store<f32>(sums, load<f32>(sums) + mean);
  store<f32>(sums + 4, load<f32>(sums + 4) + <f32>correct);
  store<f32>(sums + 8, mean);
}
