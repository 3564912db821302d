/**
 * Detects infinity and NaN by their bits. WGSL allows a compiler to assume that there are none, so that `x != x` may be false
 * and `max(NaN, 0)` may be zero. Code that uses these functions keeps NaN as the reference does.
 */

/** The number of neighbouring numbers that are processed at once. */
type Width = 1 | 2 | 4;

/** WGSL of `max(x, 0)` that keeps NaN. Negative numbers and minus zero give zero. */
export function rectified(x: string, width: Width): string {
  return `rectify${width}(${x})`;
}

/** WGSL of a flag for each number. */
export function isNan(x: string, width: Width): string {
  return `is_nan${width}(${x})`;
}

/** Returns the WGSL functions that this code calls. */
export function notFiniteFunctions(code: string): readonly string[] {
  const widths: readonly Width[] = [1, 2, 4];
  return widths.flatMap((width) => {
    const of = (type: string) => (width === 1 ? type : `vec${width}<${type}>`);
    const [floats, bits, flags] = [of("f32"), of("u32"), of("bool")];
    return [
      {
        name: rectified("", width),
        text: `fn rectify${width}(x: ${floats}) -> ${floats} {
  let above = bitcast<${bits}>(x) - ${bits}(0x80000000u);
  return select(x, ${floats}(0), above <= ${bits}(0x7f800000u));
}`,
      },
      {
        name: isNan("", width),
        text: `fn is_nan${width}(x: ${floats}) -> ${flags} {
  return (bitcast<${bits}>(x) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);
}`,
      },
    ]
      .filter(({ name }) => code.includes(name.slice(0, -1)))
      .map(({ text }) => text);
  });
}
