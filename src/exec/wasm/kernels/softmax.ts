/** Softmax over the last axis, and its logarithm. One chunk is some rows. */
import {
  LogSoftmaxCall,
  LogSoftmaxGradientCall,
  SoftmaxCall,
  SoftmaxGradientCall,
} from "./generated/calls";
import { largestOf, powersOf, setValue, sumOf, valueAt } from "./shared/classes";

export function softmax(call: SoftmaxCall, chunk: i32, _scratch: usize): void {
  const classes = call.rows.channels;
  const bytes = (<usize>classes) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const row = call.x + <usize>r * bytes;
    const target = call.y + <usize>r * bytes;
    const largest = largestOf(row, classes);
    const total = powersOf(row, classes, largest);
    for (let place = 0; place < classes; place += 1)
      setValue(target, place, Math.exp(valueAt(row, place) - largest) / total);
  }
}

/** `dx = y * (dy - sum(dy * y))` */
export function softmaxGradient(call: SoftmaxGradientCall, chunk: i32, _scratch: usize): void {
  const classes = call.rows.channels;
  const bytes = (<usize>classes) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const offset = <usize>r * bytes;
    const dy = call.dy + offset;
    const y = call.y + offset;
    let product: f64 = 0;
    for (let place = 0; place < classes; place += 1)
      product += valueAt(dy, place) * valueAt(y, place);
    for (let place = 0; place < classes; place += 1) {
      const slope = valueAt(y, place) * (valueAt(dy, place) - product);
      setValue(call.dx + offset, place, slope);
    }
  }
}

export function logSoftmax(call: LogSoftmaxCall, chunk: i32, _scratch: usize): void {
  const classes = call.rows.channels;
  const bytes = (<usize>classes) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const row = call.x + <usize>r * bytes;
    const target = call.y + <usize>r * bytes;
    const largest = largestOf(row, classes);
    const shift = largest + Math.log(powersOf(row, classes, largest));
    for (let place = 0; place < classes; place += 1)
      setValue(target, place, valueAt(row, place) - shift);
  }
}

/** `dx = dy - exp(y) * sum(dy)` */
export function logSoftmaxGradient(
  call: LogSoftmaxGradientCall,
  chunk: i32,
  _scratch: usize,
): void {
  const classes = call.rows.channels;
  const bytes = (<usize>classes) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const offset = <usize>r * bytes;
    const dy = call.dy + offset;
    const sum = sumOf(dy, classes);
    for (let place = 0; place < classes; place += 1) {
      const share = Math.exp(valueAt(call.y + offset, place));
      setValue(call.dx + offset, place, valueAt(dy, place) - share * sum);
    }
  }
}
