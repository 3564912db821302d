/**
 * Loads the rows of an operand. A plain one is stored in memory; every other kind is a step whose output was never stored,
 * and each reader computes it again:
 *
 * | kind | tensors | a value |
 * | --- | --- | --- |
 * | plain | `source` x | `x` |
 * | relu | `source` x | `max(x, 0)` |
 * | normalized | `source` x, coefficients `mean scale shift` | `(x - mean) * scale + shift` |
 * | normalizedRelu | the same | `max(0, (x - mean) * scale + shift)` |
 * | normalizationGradient | `source` dy, `second` x, coefficients `mean p q r` | `p * dy + q * (x - mean) + r` |
 *
 * Coefficients are rows of one number for each channel.
 */
import { Operand, OperandKind } from "../generated/calls";
import { madd } from "./arithmetic";

/**
 * Makes rows from `first` on available in memory.
 *
 * @param target room for `rows * channels` numbers.
 * @returns their address, which is in the tensor itself or `target`.
 */
export function stageRows(
  operand: Operand,
  first: i32,
  rows: i32,
  channels: i32,
  target: usize,
): usize {
  const offset = (<usize>first * <usize>channels) << 2;
  if (operand.kind === OperandKind.plain) return operand.source + offset;
  stageInto(operand, offset, rows, channels, target);
  return target;
}

/** As `stageRows`, but always copies or computes into `target`. `offset` is in bytes and starts a row. */
export function stageInto(
  operand: Operand,
  offset: usize,
  rows: i32,
  channels: i32,
  target: usize,
): void {
  const kind = operand.kind;
  const source = operand.source + offset;
  const count = rows * channels;
  if (kind === OperandKind.plain) memory.copy(target, source, (<usize>count) << 2);
  else if (kind === OperandKind.relu) rectify(source, count, target);
  else if (kind === OperandKind.normalizationGradient)
    normalizationGradient(
      source,
      operand.second + offset,
      rows,
      channels,
      operand.coefficients,
      target,
    );
  else normalized(source, rows, channels, operand.coefficients, floorOf(kind), target);
}

/**
 * The least value of an operand. `pmax` keeps NaN in its first argument and is one instruction on x86, which `max` is
 * not.
 */
export function floorOf(kind: i32): v128 {
  return f32x4.splat(kind === OperandKind.normalizedRelu ? 0 : -f32.MAX_VALUE);
}

function rectify(x: usize, count: i32, target: usize): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(target + at, f32x4.pmax(v128.load(x + at), zero));
  for (; at < bytes; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(target + at, value < 0 ? 0 : value);
  }
}

function normalized(
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  floor: v128,
  target: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const scale = mean + bytes;
  const shift = scale + bytes;
  const least = f32x4.extract_lane(floor, 0);
  let from = x;
  let to = target;
  for (let row = 0; row < rows; row += 1) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const centered = f32x4.sub(v128.load(from + at), v128.load(mean + at));
      const value = madd(centered, v128.load(scale + at), v128.load(shift + at));
      v128.store(to + at, f32x4.pmax(value, floor));
    }
    for (; at < bytes; at += 4) {
      const centered = load<f32>(from + at) - load<f32>(mean + at);
      const value = centered * load<f32>(scale + at) + load<f32>(shift + at);
      store<f32>(to + at, value < least ? least : value);
    }
    from += bytes;
    to += bytes;
  }
}

function normalizationGradient(
  dy: usize,
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  target: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const p = mean + bytes;
  const q = p + bytes;
  const r = q + bytes;
  let gradient = dy;
  let from = x;
  let to = target;
  for (let row = 0; row < rows; row += 1) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const centered = f32x4.sub(v128.load(from + at), v128.load(mean + at));
      const rest = madd(centered, v128.load(q + at), v128.load(r + at));
      v128.store(to + at, madd(v128.load(gradient + at), v128.load(p + at), rest));
    }
    for (; at < bytes; at += 4) {
      const centered = load<f32>(from + at) - load<f32>(mean + at);
      const rest = centered * load<f32>(q + at) + load<f32>(r + at);
      store<f32>(to + at, load<f32>(gradient + at) * load<f32>(p + at) + rest);
    }
    gradient += bytes;
    from += bytes;
    to += bytes;
  }
}
