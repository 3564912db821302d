/** Code that the product kernels of all variants share: how factors are loaded, and what a round adds. */
import type { ProductVariant } from "./productVariants.ts";

/** The direction along which four numbers that are loaded at once are consecutive. */
export type Along = "terms" | "side";

export interface ProductShape {
  readonly variant: ProductVariant;
  readonly left: Along;
  readonly right: Along;
  /** Terms of each sum, or of each of its parts. */
  readonly terms: number;
  /** Rows are stored where `spread_row` says; those from `p.places` on are zero. */
  readonly isSpread?: boolean;
}

/** The number of rows of the left factor. */
export function numRows({ isSpread }: Pick<ProductShape, "isSpread">): string {
  return isSpread ? "p.places" : "p.m";
}

/** The number of terms in a round. */
export function roundOf({ variant, left, right }: Omit<ProductShape, "terms">): number {
  switch (variant.sharing) {
    case "none":
      return left === "side" && right === "side" ? 1 : 4;
    case "workgroup":
      return variant.depth;
    case "subgroup":
      return Math.max(4, (4 * variant.across) / variant.rows);
  }
}

/** WGSL of four numbers of a factor: for the thread's row, column or group of four `index`, at the term `step` of a round. */
export type Load = (index: number, step: number) => string;

/** WGSL that adds `steps` terms, 1 or 4, to the thread's part of the result. */
export function round(
  { variant: { rows, columns }, left, right }: ProductShape,
  steps: number,
  loadLeft: Load,
  loadRight: Load,
): string {
  const groups = columns / 4;
  return [
    left === "terms"
      ? eachOf(rows, (r) => `let a${r} = ${loadLeft(r, 0)};`)
      : eachOf(steps, (s) => eachOf(rows / 4, (q) => `let a${s}_${q} = ${loadLeft(q, s)};`)),
    right === "terms"
      ? eachOf(groups, (c) => {
          const four = [0, 1, 2, 3].map((n) => loadRight(4 * c + n, 0));
          return `let b${c} = transpose(mat4x4<f32>(${four.join(", ")}));`;
        })
      : eachOf(groups, (c) => eachOf(steps, (s) => `let b${s}_${c} = ${loadRight(c, s)};`)),
    eachOf(steps, (s) =>
      eachOf(rows, (r) => {
        const a =
          left === "terms" ? `a${r}.${"xyzw"[s]}` : `a${s}_${Math.floor(r / 4)}.${"xyzw"[r % 4]}`;
        return eachOf(groups, (c) => {
          const b = right === "terms" ? `b${c}[${s}]` : `b${s}_${c}`;
          return `c${r}_${c} = fma(vec4<f32>(${a}), ${b}, c${r}_${c});`;
        });
      }),
    ),
  ].join("\n");
}

/** Replaces values beyond the sum's end by zero, because they could be anything, including NaN. */
export function until(end: string, along: Along, four: string, k: string): string {
  const inside =
    along === "terms"
      ? `vec4<u32>(0u, 1u, 2u, 3u) + vec4<u32>(${k}) < vec4<u32>(${end})`
      : `${k} < ${end}`;
  return `select(vec4<f32>(0), ${four}, ${inside})`;
}

/** The distance between a thread's groups of four columns, because neighbouring lanes handle neighbouring columns. */
export function columnStep({ across }: ProductVariant): number {
  return 4 * across;
}

/** Like `columnStep`, for rows. */
export function rowStep({ down }: ProductVariant): number {
  return 4 * down;
}

/** Computes once what several loads share, keyed by the WGSL of its argument. */
export function shared(name: string, maker: string, args: readonly string[]) {
  const distinct = [...new Set(args)];
  return {
    lines: eachOf(distinct.length, (at) => `let ${name}${at} = ${maker}(${distinct[at]});`),
    of: (arg: string) => `${name}${distinct.indexOf(arg)}`,
  };
}

/** Returns the terms from which a factor's groups of four are loaded for `steps` terms from `k` on. */
export function termsOf(factor: "left" | "right", along: Along, steps: number, k: string) {
  const at = (step: number) => `${k} + ${step}u`;
  const args = Array.from({ length: along === "terms" ? 1 : steps }, (_, step) => at(step));
  const { lines, of } = shared(`${factor}Terms`, `${factor}_terms`, args);
  return { lines, of: (step: number) => of(at(step)), at };
}

/** Loads the right factor directly from memory. */
export function rightDirect({ variant, right }: ProductShape, isBounded: boolean) {
  const step = columnStep(variant);
  const columnOf = (index: number) =>
    right === "side" ? step * index : step * Math.floor(index / 4) + (index % 4);
  const origins = eachOf(
    right === "side" ? variant.columns / 4 : variant.columns,
    (index) => `let right${index} = right_origin(n0 + ${columnOf(index)}u);`,
  );
  /** For `steps` terms from `k` on. */
  const from = (k: string, steps: number) => {
    const terms = termsOf("right", right, steps, k);
    const load: Load = (index, step) => {
      const four = `right_four(right${index}, ${terms.of(step)})`;
      return isBounded ? until("end", right, four, terms.at(step)) : four;
    };
    return { lines: terms.lines, load };
  };
  return { origins, from };
}

export function eachOf(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}
