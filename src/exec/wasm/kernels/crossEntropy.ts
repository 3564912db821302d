/** The losses, with Keras' rules as in `exec/reference/crossEntropy.ts`. One chunk is some images. */
import {
  ClippedCrossEntropyGradientCall,
  CrossEntropyCall,
  SoftmaxCrossEntropyGradientCall,
} from "./generated/calls";
import { bestOf, largestOf, powersOf, setValue, sumOf, valueAt } from "./shared/classes";

const EPSILON: f64 = 1e-7;

/**
 * The smoothed label: the probability that a class should have. With a single class every label is that class
 * (`docs/adr/0018`).
 */
function wanted(place: i32, label: i32, classes: i32, smoothing: f64): f64 {
  const share = smoothing / <f64>classes;
  return place === min(label, classes - 1) ? 1 - smoothing + share : share;
}

function clip(share: f64): f64 {
  return min(1 - EPSILON, max(EPSILON, share));
}

/** The loss of each image: from logits, or from outputs that are divided by their sum, then clipped. */
export function crossEntropy(call: CrossEntropyCall, chunk: i32, _scratch: usize): void {
  const classes = call.rows.channels;
  const smoothing = <f64>call.labelSmoothing;
  const isClipped = call.isClipped;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const at = (<usize>r) << 2;
    const row = call.outputs + at * <usize>classes;
    const label = load<i32>(call.labels + at);
    const largest = largestOf(row, classes);
    const total = isClipped ? sumOf(row, classes) : powersOf(row, classes, largest);
    const logTotal = Math.log(total);
    let loss: f64 = 0;
    for (let place = 0; place < classes; place += 1) {
      const value = valueAt(row, place);
      const logShare = isClipped ? Math.log(clip(value / total)) : value - largest - logTotal;
      loss -= wanted(place, label, classes, smoothing) * logShare;
    }
    store<f32>(call.imageLoss + at, <f32>loss);
    store<i32>(call.predicted + at, bestOf(row, classes));
  }
}

/** The gradient of the mean loss over all rows, with respect to logits. */
export function softmaxCrossEntropyGradient(
  call: SoftmaxCrossEntropyGradientCall,
  chunk: i32,
  _scratch: usize,
): void {
  const rows = call.rows.count;
  const classes = call.rows.channels;
  const smoothing = <f64>call.labelSmoothing;
  const end = min(rows, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const at = (<usize>r) << 2;
    const offset = at * <usize>classes;
    const row = call.outputs + offset;
    const label = load<i32>(call.labels + at);
    const largest = largestOf(row, classes);
    const total = powersOf(row, classes, largest);
    for (let place = 0; place < classes; place += 1) {
      const share = Math.exp(valueAt(row, place) - largest) / total;
      const slope = (share - wanted(place, label, classes, smoothing)) / <f64>rows;
      setValue(call.gradient + offset, place, slope);
    }
  }
}

/** With `p = x / sum(x)`, `dx = (g - sum(g * p)) / sum(x)`, where `g` is `-target / p`, or 0 where `p` is clipped. */
export function clippedCrossEntropyGradient(
  call: ClippedCrossEntropyGradientCall,
  chunk: i32,
  _scratch: usize,
): void {
  const rows = call.rows.count;
  const classes = call.rows.channels;
  const smoothing = <f64>call.labelSmoothing;
  const end = min(rows, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const at = (<usize>r) << 2;
    const offset = at * <usize>classes;
    const row = call.outputs + offset;
    const label = load<i32>(call.labels + at);
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
      setValue(call.gradient + offset, place, (slope - product) / total / <f64>rows);
    }
  }
}
