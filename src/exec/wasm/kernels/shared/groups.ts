/**
 * Lines of a map by groups of four channels, `[channels / 4][pixels][4]`. A window that slides along a line then
 * reads and writes consecutive memory, and channel counts that are powers of two do not fall into the same cache
 * sets. The last group is padded with arbitrary numbers.
 */
import { Operand, OperandKind } from "../generated/calls";
import { madd } from "./arithmetic";

export function groupsOf(channels: i32): i32 {
  return (channels + 3) >> 2;
}

/**
 * Copies a line of an operand into groups, and computes it where it was never stored.
 *
 * @param first the first pixel of the line, counted over the whole map.
 */
export function stageGroups(
  operand: Operand,
  first: i32,
  pixels: i32,
  channels: i32,
  target: usize,
): void {
  const kind = operand.kind;
  const x = operand.source + ((<usize>first * <usize>channels) << 2);
  if (kind === OperandKind.plain) spread(x, pixels, channels, target);
  else if (kind === OperandKind.relu) spreadRectified(x, pixels, channels, target);
  else if (kind === OperandKind.normalized || kind === OperandKind.normalizedRelu)
    spreadNormalized(
      x,
      pixels,
      channels,
      operand.coefficients,
      kind === OperandKind.normalizedRelu,
      target,
    );
  else unreachable();
}

function spread(x: usize, pixels: i32, channels: i32, target: usize): void {
  const bytes = (<usize>channels) << 2;
  const group = (<usize>pixels) << 4;
  let from = x;
  for (let pixel: usize = 0; pixel < group; pixel += 16) {
    let to = target + pixel;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to, v128.load(from + at));
      to += group;
    }
    from += bytes;
  }
}

function spreadRectified(x: usize, pixels: i32, channels: i32, target: usize): void {
  const bytes = (<usize>channels) << 2;
  const group = (<usize>pixels) << 4;
  const zero = f32x4.splat(0);
  let from = x;
  for (let pixel: usize = 0; pixel < group; pixel += 16) {
    let to = target + pixel;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to, f32x4.pmax(v128.load(from + at), zero));
      to += group;
    }
    from += bytes;
  }
}

function spreadNormalized(
  x: usize,
  pixels: i32,
  channels: i32,
  mean: usize,
  relu: bool,
  target: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const group = (<usize>pixels) << 4;
  const scale = mean + bytes;
  const shift = scale + bytes;
  const floor = relu ? f32x4.splat(0) : f32x4.splat(-f32.MAX_VALUE);
  let from = x;
  for (let pixel: usize = 0; pixel < group; pixel += 16) {
    let to = target + pixel;
    for (let at: usize = 0; at < bytes; at += 16) {
      const centered = f32x4.sub(v128.load(from + at), v128.load(mean + at));
      const value = madd(centered, v128.load(scale + at), v128.load(shift + at));
      v128.store(to, f32x4.pmax(value, floor));
      to += group;
    }
    from += bytes;
  }
}

/**
 * Copies a line from groups back into the layout of a map.
 *
 * @param group bytes from one group to the next.
 */
export function takeGroups(
  source: usize,
  group: usize,
  pixels: i32,
  channels: i32,
  target: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  let to = target;
  for (let pixel: usize = 0; pixel < (<usize>pixels) << 4; pixel += 16) {
    let from = source + pixel;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      v128.store(to + at, v128.load(from));
      from += group;
    }
    for (; at < bytes; at += 4) {
      store<f32>(to + at, load<f32>(from));
      from += 4;
    }
    to += bytes;
  }
}

/**
 * As `takeGroups`, but writes 0 wherever a ReLU gave 0.
 *
 * @param y the output of the ReLU: a line by groups, with `pixels` pixels in each.
 */
export function takePassing(
  source: usize,
  group: usize,
  y: usize,
  pixels: i32,
  channels: i32,
  target: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const end = (<usize>pixels) << 4;
  const zero = f32x4.splat(0);
  let to = target;
  for (let pixel: usize = 0; pixel < end; pixel += 16) {
    let from = source + pixel;
    let mask = y + pixel;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const passes = f32x4.gt(v128.load(mask), zero);
      v128.store(to + at, v128.and(v128.load(from), passes));
      from += group;
      mask += end;
    }
    for (; at < bytes; at += 4) {
      const gradient = load<f32>(from);
      store<f32>(to + at, load<f32>(mask) > 0 ? gradient : 0);
      from += 4;
      mask += 4;
    }
    to += bytes;
  }
}
