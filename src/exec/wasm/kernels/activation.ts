/**
 * ELU, and the gradients of both activations; ReLU itself is `storeRows`. A result may share its memory with an
 * input.
 */
import { EluCall, EluGradientCall, ReluGradientCall } from "./generated/calls";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { blockRows, maskValues } from "./shared/rows";

/** ELU with alpha 1. */
export function elu(call: EluCall, chunk: i32, _scratch: usize): void {
  const x = call.x;
  const y = call.y;
  const first = chunk * call.numbers.perChunk;
  const end = (<usize>min(call.numbers.count, first + call.numbers.perChunk)) << 2;
  for (let at = (<usize>first) << 2; at < end; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(y + at, value > 0 ? value : Mathf.expm1(value));
  }
}

/** The gradient from the output `y`: the slope is 1, or `y + 1` where `y` is not positive. */
export function eluGradient(call: EluGradientCall, chunk: i32, _scratch: usize): void {
  const dy = call.dy;
  const y = call.y;
  const dx = call.dx;
  const first = chunk * call.numbers.perChunk;
  const end = (<usize>min(call.numbers.count, first + call.numbers.perChunk)) << 2;
  for (let at = (<usize>first) << 2; at < end; at += 4) {
    const value = load<f32>(y + at);
    const slope: f32 = value > 0 ? 1 : value + 1;
    store<f32>(dx + at, load<f32>(dy + at) * slope);
  }
}

/** @param scratch two blocks of `blockRows` rows. */
export function reluGradient(call: ReluGradientCall, chunk: i32, scratch: usize): void {
  const channels = call.rows.channels;
  const bytes = (<usize>channels) << 2;
  const start = chunk * call.rows.perChunk;
  const end = min(call.rows.count, start + call.rows.perChunk);
  const epilogue = call.epilogue;
  const block = blockRows(channels);
  const other = scratch + <usize>block * bytes;
  beginGradient(epilogue, chunk, channels);
  for (let first = start; first < end; first += block) {
    const rows = min(block, end - first);
    const offset = <usize>first * bytes;
    const y = stageRows(call.y, first, rows, channels, scratch);
    const dx = call.dx + offset;
    maskValues(call.dy + offset, y, rows * channels, dx);
    finishGradient(epilogue, chunk, first, rows, channels, dx, other);
  }
}
