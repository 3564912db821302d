/**
 * An operand as four arguments of a record: how its rows are had. Kind 0 lies in memory as it is; the others are
 * steps that were never stored, computed again by whoever reads them:
 *
 * | kind | slots | a value |
 * | --- | --- | --- |
 * | 0 plain | x | `x` |
 * | 1 relu | x | `max(x, 0)` |
 * | 2 normalised | x, -, coefficients `mean scale shift` | `(x - mean) * scale + shift` |
 * | 3 normalised, relu | as 2 | `max(0, ...)` |
 * | 4 gradient of a normalisation | dy, x, coefficients `mean p q r` | `p * dy + q * (x - mean) + r` |
 *
 * Coefficients are rows of one number a channel.
 */
import { madd } from "./arithmetic";

export const PLAIN: i32 = 0;
export const RELU: i32 = 1;
export const NORMALIZED: i32 = 2;
export const NORMALIZED_RELU: i32 = 3;
export const NORMALIZATION_GRADIENT: i32 = 4;

export function kindOf(operand: usize): i32 {
  return load<i32>(operand);
}
/** The tensor itself, or what the values are computed from. */
export function sourceOf(operand: usize): usize {
  return load<u32>(operand, 4);
}
export function secondOf(operand: usize): usize {
  return load<u32>(operand, 8);
}
export function coefficientsOf(operand: usize): usize {
  return load<u32>(operand, 12);
}

/**
 * Rows from `first` on as plain numbers.
 *
 * @param target room for `rows * channels` numbers.
 * @returns where they lie: in the tensor itself, or in `target`.
 */
export function stageRows(
  operand: usize,
  first: i32,
  rows: i32,
  channels: i32,
  target: usize,
): usize {
  const offset = (<usize>first * <usize>channels) << 2;
  if (kindOf(operand) === PLAIN) return sourceOf(operand) + offset;
  stageInto(operand, offset, rows, channels, target);
  return target;
}

/** As `stageRows`, and always into `target`; `offset` in bytes, at the start of a pixel. */
export function stageInto(
  operand: usize,
  offset: usize,
  rows: i32,
  channels: i32,
  target: usize,
): void {
  const kind = kindOf(operand);
  const source = sourceOf(operand) + offset;
  const count = rows * channels;
  if (kind === PLAIN) memory.copy(target, source, (<usize>count) << 2);
  else if (kind === RELU) rectify(source, count, target);
  else if (kind === NORMALIZATION_GRADIENT)
    normalizationGradient(
      source,
      secondOf(operand) + offset,
      rows,
      channels,
      coefficientsOf(operand),
      target,
    );
  else normalized(source, rows, channels, coefficientsOf(operand), floorOf(kind), target);
}

/** What a normalised value is at least. NaN is not below it and stays; pmax is one instruction on x86, which max is not. */
export function floorOf(kind: i32): v128 {
  return f32x4.splat(kind === NORMALIZED_RELU ? 0 : -f32.MAX_VALUE);
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
