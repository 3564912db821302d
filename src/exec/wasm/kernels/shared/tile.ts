/**
 * The register tiles that every matrix product consists of: six rows by eight columns of the result. Its twelve
 * vectors, two of the right factor and one of the left take all the registers that V8 uses on x86. The loops are not
 * unrolled, because that made them slower by a fifth (ADR 11). The code is repeated since AssemblyScript has no
 * macros.
 *
 * `b` is `[depth, 8]`. The rows of `c` are `strideC` bytes apart; a tile replaces them, or adds to them where
 * `accumulate`.
 */
import { madd } from "./arithmetic";

/** Rows of the result in a tile. */
export const TILE_ROWS: i32 = 6;

/**
 * Rows of the next tile of a transposed left factor with `left` rows to go: six, or four where those fill tiles
 * better. Values that a tile computes beyond these rows are arbitrary.
 */
export function rowsOfTile(left: i32): i32 {
  return left > 8 || left === 6 || left === 5 ? 6 : 4;
}

/**
 * `a` is `[rows, depth]` with rows `strideA` bytes apart and one to six of them; further rows of the tile are
 * arbitrary. `b` is a packed panel.
 */
export function tileOfRows(
  depth: i32,
  rows: i32,
  a: usize,
  strideA: usize,
  b: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
): void {
  const a0 = a;
  const a1 = rows > 1 ? a0 + strideA : a;
  const a2 = rows > 2 ? a1 + strideA : a;
  const a3 = rows > 3 ? a2 + strideA : a;
  const a4 = rows > 4 ? a3 + strideA : a;
  const a5 = rows > 5 ? a4 + strideA : a;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  let panel = b;
  const end = (<usize>depth) << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load_splat<f32>(a0 + at);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1 + at);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2 + at);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3 + at);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4 + at);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5 + at);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    panel += 32;
  }
  let target = c;
  putRow(target, c00, c01, accumulate);
  target += strideC;
  putRow(target, c10, c11, accumulate);
  target += strideC;
  putRow(target, c20, c21, accumulate);
  target += strideC;
  putRow(target, c30, c31, accumulate);
  target += strideC;
  putRow(target, c40, c41, accumulate);
  target += strideC;
  putRow(target, c50, c51, accumulate);
}

/**
 * `a` is `[depth, 6]`, the transposed left factor. Rows of `a` are `strideA` bytes apart and those of `b` `strideB`
 * bytes, so that both may be panels or columns of a matrix in memory.
 */
export function tileOfSix(
  depth: i32,
  a: usize,
  strideA: usize,
  b: usize,
  strideB: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  let left = a;
  let right = b;
  for (let rest = depth; rest > 0; rest -= 1) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    let x = v128.load_splat<f32>(left);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(left, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(left, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(left, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(left, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(left, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    left += strideA;
    right += strideB;
  }
  let target = c;
  putRow(target, c00, c01, accumulate);
  target += strideC;
  putRow(target, c10, c11, accumulate);
  target += strideC;
  putRow(target, c20, c21, accumulate);
  target += strideC;
  putRow(target, c30, c31, accumulate);
  target += strideC;
  putRow(target, c40, c41, accumulate);
  target += strideC;
  putRow(target, c50, c51, accumulate);
}

/** As `tileOfSix`, but `a` is `[depth, 4]` and the result has four rows. */
export function tileOfFour(
  depth: i32,
  a: usize,
  strideA: usize,
  b: usize,
  strideB: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let left = a;
  let right = b;
  for (let rest = depth; rest > 0; rest -= 1) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    let x = v128.load_splat<f32>(left);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(left, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(left, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(left, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    left += strideA;
    right += strideB;
  }
  let target = c;
  putRow(target, c00, c01, accumulate);
  target += strideC;
  putRow(target, c10, c11, accumulate);
  target += strideC;
  putRow(target, c20, c21, accumulate);
  target += strideC;
  putRow(target, c30, c31, accumulate);
}

function putRow(target: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(target, f32x4.add(low, v128.load(target)));
    v128.store(target, f32x4.add(high, v128.load(target, 16)), 16);
  } else {
    v128.store(target, low);
    v128.store(target, high, 16);
  }
}
