/**
 * The WGSL functions that kernels of any kind call, for one, two or four neighbouring numbers. `dispatchOf` adds those that a
 * kernel calls.
 *
 * WGSL allows a compiler to assume that no number is infinite or NaN, so that `x != x` may be false and `max(NaN, 0)` may be
 * zero. `is_nan` and `positive_part` test bits instead, and so keep NaN as the reference does.
 */
import { typeName } from "./halfPrecision.ts";

/** The number of neighbouring numbers that are processed at once. */
type Width = 1 | 2 | 4;

/** The rest of a function behind its name. `f`, `u` and `b` are the types of floats, of their bits and of flags. */
const FUNCTIONS = {
  /** `max(x, 0)`. Negative numbers and minus zero give zero. */
  positive_part: (f: string, u: string) => `(x: ${f}) -> ${f} {
  let above = bitcast<${u}>(x) - ${u}(0x80000000u);
  return select(x, ${f}(0), above <= ${u}(0x7f800000u));
}`,
  is_nan: (f: string, u: string, b: string) => `(x: ${f}) -> ${b} {
  return (bitcast<${u}>(x) & ${u}(0x7fffffffu)) > ${u}(0x7f800000u);
}`,
  /**
   * `1 - base ^ t` from `t * log(base)`. Near 0 it uses the series, because the difference would lose digits. The lowering
   * computes the logarithm in float64, because a power in float32 would be too inaccurate in the first steps. It takes single
   * numbers only.
   */
  one_minus_power: (f: string) => `(log: ${f}) -> ${f} {
  if (log < -0.1) { return 1.0 - exp(log); }
  return -log * (1.0 + log / 2.0 * (1.0 + log / 3.0 * (1.0 + log / 4.0 * (1.0 + log / 5.0))));
}`,
  /** `log(1 + x)`. Near 0 it uses the series, because adding 1 would lose digits of `x`. */
  log_one_plus: (f: string) => `(x: ${f}) -> ${f} {
  let series = x * (${f}(1) - x * (${f}(1.0 / 2.0) - x * (${f}(1.0 / 3.0) - x * ${f}(1.0 / 4.0))));
  return select(log(${f}(1) + x), series, abs(x) < ${f}(0.02));
}`,
  /**
   * WGSL's own tanh overflows for large numbers on some devices and is inaccurate near 0, where this function uses the series.
   */
  hyperbolic_tangent: (f: string) => `(x: ${f}) -> ${f} {
  let square = x * x;
  let series = x * (${f}(1) - square * (${f}(1.0 / 3.0) - square * (${f}(2.0 / 15.0) - square * ${f}(17.0 / 315.0))));
  let power = exp(${f}(-2) * abs(x));
  return select(sign(x) * (${f}(1) - power) / (${f}(1) + power), series, abs(x) < ${f}(0.2));
}`,
};

/** WGSL that calls one of these functions. */
export function call(name: keyof typeof FUNCTIONS, x: string, width: Width): string {
  return `${name}${width}(${x})`;
}

/** Returns the functions that this code calls. */
export function calledFunctions(code: string): readonly string[] {
  const widths: readonly Width[] = [1, 2, 4];
  return widths.flatMap((width) => {
    const of = (type: string) => typeName(type, width);
    return Object.entries(FUNCTIONS)
      .filter(([name]) => code.includes(`${name}${width}(`))
      .map(([name, text]) => `fn ${name}${width}${text(of("f32"), of("u32"), of("bool"))}`);
  });
}
