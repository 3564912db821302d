/**
 * The two register tiles that every matrix product is made of: 8 rows by 8 columns of the result in 16 vectors. They
 * differ in how the left factor lies. Unrolled by hand, since AssemblyScript has no macros.
 *
 * `b`: `[depth, 8]`, a packed panel. `c`: rows `strideC` bytes apart, replaced, or added to where `accumulate`.
 */
import { madd } from "./arithmetic";

/** `a`: `[rows, depth]`, rows `strideA` bytes apart; `rows` of 1 to 8, what the others give is of no meaning. */
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
  let a0 = a;
  let a1 = rows > 1 ? a0 + strideA : a;
  let a2 = rows > 2 ? a1 + strideA : a;
  let a3 = rows > 3 ? a2 + strideA : a;
  let a4 = rows > 4 ? a3 + strideA : a;
  let a5 = rows > 5 ? a4 + strideA : a;
  let a6 = rows > 6 ? a5 + strideA : a;
  let a7 = rows > 7 ? a6 + strideA : a;
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
  let c60 = f32x4.splat(0);
  let c61 = f32x4.splat(0);
  let c70 = f32x4.splat(0);
  let c71 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let x = f32x4.splat(0);
  let panel = b;
  let left = depth;
  for (; left >= 4; left -= 4) {
    b0 = v128.load(panel, 0);
    b1 = v128.load(panel, 16);
    x = v128.load_splat<f32>(a0, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1, 0);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2, 0);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3, 0);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4, 0);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5, 0);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(a6, 0);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(a7, 0);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    b0 = v128.load(panel, 32);
    b1 = v128.load(panel, 48);
    x = v128.load_splat<f32>(a0, 4);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2, 4);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3, 4);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4, 4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5, 4);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(a6, 4);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(a7, 4);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    b0 = v128.load(panel, 64);
    b1 = v128.load(panel, 80);
    x = v128.load_splat<f32>(a0, 8);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1, 8);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3, 8);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4, 8);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5, 8);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(a6, 8);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(a7, 8);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    b0 = v128.load(panel, 96);
    b1 = v128.load(panel, 112);
    x = v128.load_splat<f32>(a0, 12);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1, 12);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2, 12);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4, 12);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5, 12);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(a6, 12);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(a7, 12);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    a4 += 16;
    a5 += 16;
    a6 += 16;
    a7 += 16;
    panel += 128;
  }
  for (; left > 0; left -= 1) {
    b0 = v128.load(panel, 0);
    b1 = v128.load(panel, 16);
    x = v128.load_splat<f32>(a0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(a5);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(a6);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(a7);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    a6 += 4;
    a7 += 4;
    panel += 32;
  }
  let target = c;
  if (accumulate) {
    c00 = f32x4.add(c00, v128.load(target));
    c01 = f32x4.add(c01, v128.load(target, 16));
    target += strideC;
    c10 = f32x4.add(c10, v128.load(target));
    c11 = f32x4.add(c11, v128.load(target, 16));
    target += strideC;
    c20 = f32x4.add(c20, v128.load(target));
    c21 = f32x4.add(c21, v128.load(target, 16));
    target += strideC;
    c30 = f32x4.add(c30, v128.load(target));
    c31 = f32x4.add(c31, v128.load(target, 16));
    target += strideC;
    c40 = f32x4.add(c40, v128.load(target));
    c41 = f32x4.add(c41, v128.load(target, 16));
    target += strideC;
    c50 = f32x4.add(c50, v128.load(target));
    c51 = f32x4.add(c51, v128.load(target, 16));
    target += strideC;
    c60 = f32x4.add(c60, v128.load(target));
    c61 = f32x4.add(c61, v128.load(target, 16));
    target += strideC;
    c70 = f32x4.add(c70, v128.load(target));
    c71 = f32x4.add(c71, v128.load(target, 16));
    target = c;
  }
  v128.store(target, c00);
  v128.store(target, c01, 16);
  target += strideC;
  v128.store(target, c10);
  v128.store(target, c11, 16);
  target += strideC;
  v128.store(target, c20);
  v128.store(target, c21, 16);
  target += strideC;
  v128.store(target, c30);
  v128.store(target, c31, 16);
  target += strideC;
  v128.store(target, c40);
  v128.store(target, c41, 16);
  target += strideC;
  v128.store(target, c50);
  v128.store(target, c51, 16);
  target += strideC;
  v128.store(target, c60);
  v128.store(target, c61, 16);
  target += strideC;
  v128.store(target, c70);
  v128.store(target, c71, 16);
}

/** `a`: `[depth, 8]`, a packed panel too. */
export function tileOfPanels(
  depth: i32,
  a: usize,
  b: usize,
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
  let c60 = f32x4.splat(0);
  let c61 = f32x4.splat(0);
  let c70 = f32x4.splat(0);
  let c71 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let x = f32x4.splat(0);
  let panel = b;
  let column = a;
  let left = depth;
  for (; left >= 2; left -= 2) {
    b0 = v128.load(panel, 0);
    b1 = v128.load(panel, 16);
    x = v128.load_splat<f32>(column, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(column, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(column, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(column, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(column, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(column, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(column, 24);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(column, 28);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    b0 = v128.load(panel, 32);
    b1 = v128.load(panel, 48);
    x = v128.load_splat<f32>(column, 32);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(column, 36);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(column, 40);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(column, 44);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(column, 48);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(column, 52);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(column, 56);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(column, 60);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
    column += 64;
    panel += 64;
  }
  if (left > 0) {
    b0 = v128.load(panel, 0);
    b1 = v128.load(panel, 16);
    x = v128.load_splat<f32>(column, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(column, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(column, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(column, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(column, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load_splat<f32>(column, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    x = v128.load_splat<f32>(column, 24);
    c60 = madd(x, b0, c60);
    c61 = madd(x, b1, c61);
    x = v128.load_splat<f32>(column, 28);
    c70 = madd(x, b0, c70);
    c71 = madd(x, b1, c71);
  }
  let target = c;
  if (accumulate) {
    c00 = f32x4.add(c00, v128.load(target));
    c01 = f32x4.add(c01, v128.load(target, 16));
    target += strideC;
    c10 = f32x4.add(c10, v128.load(target));
    c11 = f32x4.add(c11, v128.load(target, 16));
    target += strideC;
    c20 = f32x4.add(c20, v128.load(target));
    c21 = f32x4.add(c21, v128.load(target, 16));
    target += strideC;
    c30 = f32x4.add(c30, v128.load(target));
    c31 = f32x4.add(c31, v128.load(target, 16));
    target += strideC;
    c40 = f32x4.add(c40, v128.load(target));
    c41 = f32x4.add(c41, v128.load(target, 16));
    target += strideC;
    c50 = f32x4.add(c50, v128.load(target));
    c51 = f32x4.add(c51, v128.load(target, 16));
    target += strideC;
    c60 = f32x4.add(c60, v128.load(target));
    c61 = f32x4.add(c61, v128.load(target, 16));
    target += strideC;
    c70 = f32x4.add(c70, v128.load(target));
    c71 = f32x4.add(c71, v128.load(target, 16));
    target = c;
  }
  v128.store(target, c00);
  v128.store(target, c01, 16);
  target += strideC;
  v128.store(target, c10);
  v128.store(target, c11, 16);
  target += strideC;
  v128.store(target, c20);
  v128.store(target, c21, 16);
  target += strideC;
  v128.store(target, c30);
  v128.store(target, c31, 16);
  target += strideC;
  v128.store(target, c40);
  v128.store(target, c41, 16);
  target += strideC;
  v128.store(target, c50);
  v128.store(target, c51, 16);
  target += strideC;
  v128.store(target, c60);
  v128.store(target, c61, 16);
  target += strideC;
  v128.store(target, c70);
  v128.store(target, c71, 16);
}
