/**
 * The operations in which the two builds differ: the relaxed one may round a product and a sum once instead of twice.
 */

/** `a * b + c` in four lanes. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Takes the lanes of `a` where those of `mask` are all ones, and the lanes of `b` where they are all zeros. */
export function choose(a: v128, b: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(a, b, mask);
  return v128.bitselect(a, b, mask);
}

/** 1, -1 or the number itself, which is 0 or NaN, in four lanes. */
export function signs(a: v128): v128 {
  const zero = f32x4.splat(0);
  const negative = choose(f32x4.splat(-1), a, f32x4.lt(a, zero));
  return choose(f32x4.splat(1), negative, f32x4.gt(a, zero));
}

/** `pmax` of single numbers: it keeps NaN and a negative zero in its first argument, and is one instruction on x86 in lanes. */
export function larger(a: f32, b: f32): f32 {
  return a < b ? b : a;
}

/** `pmin` of single numbers. */
export function smaller(a: f32, b: f32): f32 {
  return b < a ? b : a;
}
