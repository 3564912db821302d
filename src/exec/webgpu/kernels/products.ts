/**
 * Matrix products in registers: a thread holds 4 rows by 8 columns of the result and reads its operands straight from
 * memory. Two forms: `rowProduct` for `A B` and `A B^T` (forward, input gradient), `columnProduct` for `A^T B` (filter
 * gradient), which divides the long sum into parts. `A` may be a map under a window (`gather.ts`).
 */
import {
  type DeferredSum,
  type Lowering,
  type Mask,
  masked,
  padded,
  widthOf,
} from "../lowering.ts";
import {
  type Dispatch,
  dispatchOf,
  fourOf,
  type Operand,
  stored,
  type Tensor,
  type Width,
  WORKGROUP,
} from "../shader.ts";
import type { Gather } from "./gather.ts";

/** Of the result, held by one thread. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;
/** Threads of a workgroup in each direction. */
const SIDE = 8;

export interface RowProduct {
  readonly name: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `[m, k]` unless gathered. */
  readonly a: Operand;
  /** Of `a`, side by side in memory. */
  readonly channels: number;
  readonly gather?: Gather;
  /** `[k, n]`; transposed: `[k / depth, n, depth]`. */
  readonly b: Tensor;
  readonly transposed?: { readonly depth: number };
  readonly bias?: Tensor | undefined;
  readonly mask?: Mask | undefined;
  /** `[m, n]` */
  readonly y: Tensor;
}

export function rowProduct(product: RowProduct): Dispatch {
  const { name, m, n, k, channels, gather, transposed, mask, bias } = product;
  const aWidth = widthOf(channels);
  // A column of slices whose depth is no multiple of 4 does not come in fours.
  const isBroken = transposed !== undefined && transposed.depth !== k && transposed.depth % 4 !== 0;
  const bWidth = isBroken ? 1 : widthOf(transposed?.depth ?? n);
  const width = widthOf(n);
  const hasTail = k % 4 !== 0;
  return dispatchOf({
    name,
    width,
    reads: {
      a: { operand: product.a, width: aWidth },
      b: stored(product.b, { width: bWidth }),
      bias: bias && stored(bias),
      mask: mask && { operand: mask.y },
    },
    writes: { y: { tensor: mask?.dx ?? product.y } },
    numbers: {
      m,
      n,
      k,
      across: Math.ceil(n / (SIDE * TILE_COLUMNS)),
      depth: transposed?.depth ?? k,
      ...gather?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", bWidth),
      isBroken ? BROKEN_COLUMN : WHOLE_COLUMN,
      ...(gather === undefined ? [PLAIN_ROW] : gather.rowFunctions(aWidth)),
    ].join("\n"),
    body: `let within = i % ${WORKGROUP}u;
      let tile = i / ${WORKGROUP}u;
      let n0 = ((tile % p.across) * ${SIDE}u + within % ${SIDE}u) * ${TILE_COLUMNS}u;
      let m0 = ((tile / p.across) * ${SIDE}u + within / ${SIDE}u) * ${TILE_ROWS}u;
      if (n0 >= p.n || m0 >= p.m) { return; }
      ${eachRow((r) => `let row${r} = row_origin(min(m0 + ${r}u, p.m - 1u));`)}
      ${eachRow((r) => `var c${r}0 = vec4<f32>(0); var c${r}1 = vec4<f32>(0);`)}
      for (var k = 0u; k < p.k; k += 4u) {
        ${hasTail ? "let inside = vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(p.k - k);" : ""}
        ${eachRow((r) => `let a${r} = ${cut(`row_four(row${r}, k)`, hasTail)};`)}
        ${transposed === undefined ? rowsOfB(hasTail) : columnsOfB(hasTail)}
        ${eachRow((r) =>
          [..."xyzw"]
            .map(
              (part, step) =>
                `c${r}0 = fma(vec4<f32>(a${r}.${part}), left[${step}], c${r}0); c${r}1 = fma(vec4<f32>(a${r}.${part}), right[${step}], c${r}1);`,
            )
            .join("\n"),
        )}
      }
      ${storeTile(width, (at, channel, value) => {
        const biased = bias === undefined ? value : `${value} + bias_at(${channel}, 0u)`;
        return `y_set(${at}, ${masked(mask, `(${biased})`, at, channel)});`;
      })}`,
    threads: tilesOf(m, n) * WORKGROUP,
  });
}

const PLAIN_ROW = `fn row_origin(row: u32) -> u32 { return row * p.k; }
fn row_four(origin: u32, k: u32) -> vec4<f32> { return a_four(origin + k, k); }`;

/** Four rows of `B` as two matrices. A row beyond the end could hold anything, NaN included. */
function rowsOfB(hasTail: boolean): string {
  const row = (step: number, offset: number) => {
    const four = `b_four((k + ${step}u) * p.n + n0 + ${offset}u, 0u)`;
    return hasTail && step > 0 ? `select(vec4<f32>(0), ${four}, k + ${step}u < p.k)` : four;
  };
  const matrix = (offset: number) =>
    `mat4x4<f32>(${[0, 1, 2, 3].map((step) => row(step, offset)).join(", ")})`;
  return `let left = ${matrix(0)};\n let right = ${matrix(4)};`;
}

/** Four columns each: `B` lies transposed, in slices of `depth`. */
function columnsOfB(hasTail: boolean): string {
  const column = (offset: number) => cut(`b_column(k, n0 + ${offset}u)`, hasTail);
  const matrix = (offset: number) =>
    `transpose(mat4x4<f32>(${[0, 1, 2, 3].map((step) => column(offset + step)).join(", ")}))`;
  return `let left = ${matrix(0)};\n let right = ${matrix(4)};`;
}

const WHOLE_COLUMN = `fn b_column(k: u32, n: u32) -> vec4<f32> {
  return b_four(((k / p.depth) * p.n + n) * p.depth + k % p.depth, 0u);
}`;
const BROKEN_COLUMN = `fn b_one(k: u32, n: u32) -> f32 {
  return b_at(((k / p.depth) * p.n + n) * p.depth + k % p.depth, 0u);
}
fn b_column(k: u32, n: u32) -> vec4<f32> {
  return vec4<f32>(b_one(k, n), b_one(k + 1u, n), b_one(k + 2u, n), b_one(k + 3u, n));
}`;

function cut(four: string, hasTail: boolean): string {
  return hasTail ? `select(vec4<f32>(0), ${four}, inside)` : four;
}

export interface ColumnProduct {
  readonly name: string;
  readonly m: number;
  readonly n: number;
  /** Terms of each sum. */
  readonly k: number;
  /** `[k, m]` unless gathered. */
  readonly a: Operand;
  readonly channels: number;
  readonly gather?: Gather;
  /** `[k, n]` */
  readonly b: Operand;
  /** `[m, n]` */
  readonly y: Tensor;
}

/** Threads that keep a graphics card busy, and terms below which a part is not worth its sum. */
const WANTED_THREADS = 16_384;
const FEWEST_TERMS = 64;

export function columnProduct(product: ColumnProduct, lowering: Lowering): readonly Dispatch[] {
  const { name, m, n, k, channels, gather } = product;
  const [aWidth, width] = [widthOf(channels), widthOf(n)];
  const tiles = tilesOf(m, n);
  const wanted = Math.ceil(WANTED_THREADS / (tiles * WORKGROUP));
  const perPart = Math.ceil(k / Math.max(1, Math.min(wanted, Math.floor(k / FEWEST_TERMS))));
  const numParts = Math.ceil(k / perPart);
  const y = numParts === 1 ? product.y : lowering.parts(numParts * padded(m * n));
  if (numParts > 1) {
    const sum: DeferredSum = { parts: y, numParts, count: m * n, sum: product.y };
    lowering.deferSum(sum);
  }
  const dispatch = dispatchOf({
    name,
    width,
    reads: { a: { operand: product.a, width: aWidth }, b: { operand: product.b } },
    writes: { y: { tensor: y } },
    numbers: {
      m,
      n,
      k,
      across: Math.ceil(n / (SIDE * TILE_COLUMNS)),
      tiles,
      perPart,
      partStride: padded(m * n) / width,
      ...gather?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", width),
      ...(gather === undefined ? [PLAIN_COLUMN] : gather.columnFunctions(aWidth)),
    ].join("\n"),
    body: `let within = i % ${WORKGROUP}u;
      let tile = (i / ${WORKGROUP}u) % p.tiles;
      let part = (i / ${WORKGROUP}u) / p.tiles;
      let n0 = ((tile % p.across) * ${SIDE}u + within % ${SIDE}u) * ${TILE_COLUMNS}u;
      let m0 = ((tile / p.across) * ${SIDE}u + within / ${SIDE}u) * ${TILE_ROWS}u;
      if (n0 >= p.n || m0 >= p.m) { return; }
      let taps = taps_of(m0);
      ${eachRow((r) => `var c${r}0 = vec4<f32>(0); var c${r}1 = vec4<f32>(0);`)}
      let end = min(p.k, (part + 1u) * p.perPart);
      for (var k = part * p.perPart; k < end; k++) {
        let a = column_four(k, m0, taps);
        let left = b_four(k * p.n + n0, n0);
        let right = b_four(k * p.n + n0 + 4u, n0 + 4u);
        ${eachRow((r) => `c${r}0 = fma(vec4<f32>(a[${r}]), left, c${r}0); c${r}1 = fma(vec4<f32>(a[${r}]), right, c${r}1);`)}
      }
      ${storeTile(width, (at, _channel, value) => `y_set(part * p.partStride + ${at}, ${value});`)}`,
    threads: tiles * numParts * WORKGROUP,
  });
  return [dispatch];
}

const PLAIN_COLUMN = `fn taps_of(m: u32) -> u32 { return m; }
fn column_four(k: u32, m: u32, taps: u32) -> vec4<f32> { return a_four(k * p.m + m, m); }`;

function tilesOf(m: number, n: number): number {
  return Math.ceil(n / (SIDE * TILE_COLUMNS)) * Math.ceil(m / (SIDE * TILE_ROWS));
}

function eachRow(line: (row: number) => string): string {
  return [0, 1, 2, 3].map(line).join("\n");
}

/** Stores what of the tile lies inside the result. */
function storeTile(
  width: Width,
  store: (at: string, channel: string, value: string) => string,
): string {
  const parts = { 4: [""], 2: [".xy", ".zw"], 1: [".x", ".y", ".z", ".w"] }[width];
  return eachRow((row) => {
    const stores = [0, 1].flatMap((half) =>
      parts.map((part, place) => {
        const column = `(n0 + ${4 * half + place * width}u)`;
        const at = `((m0 + ${row}u) * p.n + ${column}) / ${width}u`;
        const line = store(at, `${column} / ${width}u`, `c${row}${half}${part}`);
        return `if (${column} < p.n) { ${line} }`;
      }),
    );
    return `if (m0 + ${row}u < p.m) { ${stores.join("\n")} }`;
  });
}
