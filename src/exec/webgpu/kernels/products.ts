/**
 * Products of matrices in two forms: `rowProduct` for `A B` and `A B^T` (forward, input gradient), `columnProduct` for `A^T B`
 * (filter gradient), which divides the long sum into parts. `A` may be a map under a window (`gather.ts`). How threads
 * divide the work is a variant's, and the lowering's choice.
 */
import {
  type DeferredSum,
  type Lowering,
  type Mask,
  masked,
  padded,
  widthOf,
} from "../lowering.ts";
import { type Dispatch, dispatchOf, fourOf, type Operand, stored, type Tensor } from "../shader.ts";
import type { Gather } from "./gather.ts";
import { type Along, MOST_TERMS, productCode, threadsOf, tileOf } from "./productCode.ts";
import type { NamedProduct, ProductSize, ProductVariant } from "./productVariants.ts";

export interface RowProduct extends NamedProduct {
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

export function rowProduct(product: RowProduct, lowering: Lowering): Dispatch {
  const { name, n, k, channels, gather, transposed, mask, bias } = product;
  const variant = lowering.productVariant(product);
  const aWidth = widthOf(channels);
  const bWidth = isBroken(transposed?.depth, k) ? 1 : widthOf(transposed?.depth ?? n);
  const width = widthOf(n);
  const right: Along = transposed === undefined ? "side" : "terms";
  const code = productCode(
    { variant, left: "terms", right, terms: k },
    width,
    (at, channel, value) => {
      const biased = bias === undefined ? value : `${value} + bias_at(${channel}, 0u)`;
      return `y_set(${at}, ${masked(mask, `(${biased})`, at, channel)});`;
    },
  );
  const dispatch = dispatchOf({
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
      ...divisionOf(product, variant, k),
      depth: transposed?.depth ?? k,
      ...gather?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", bWidth),
      ...(gather === undefined ? [PLAIN_ROWS] : gather.rowFunctions(aWidth)),
      rightOf(transposed?.depth, k),
      code.functions,
    ].join("\n"),
    body: code.body,
    threads: numTiles(product, variant) * threadsOf(variant),
    team: code.team,
  });
  return { ...dispatch, product: { name, m: product.m, n, k } };
}

const PLAIN_ROWS = `fn left_origin(row: u32) -> u32 { return row * p.k; }
fn left_four(origin: u32, k: u32) -> vec4<f32> { return a_four(origin + k, k); }`;

/** A column of slices whose depth is no multiple of 4 does not come in fours. */
function isBroken(depth: number | undefined, k: number): boolean {
  return depth !== undefined && depth !== k && depth % 4 !== 0;
}

/** @param depth of a transposed factor. */
function rightOf(depth: number | undefined, k: number): string {
  if (depth === undefined) return PLAIN_COLUMNS;
  if (isBroken(depth, k)) return BROKEN_COLUMNS;
  return depth === k ? WHOLE_COLUMNS : SLICED_COLUMNS;
}

const COLUMN_ORIGIN = "fn right_origin(column: u32) -> u32 { return column; }";
const PLAIN_COLUMNS = `${COLUMN_ORIGIN}
fn right_four(n: u32, k: u32) -> vec4<f32> { return b_four(k * p.n + n, n); }`;
/** Of one slice: spares every load the divisions that slices need. */
const WHOLE_COLUMNS = `fn right_origin(column: u32) -> u32 { return column * p.k; }
fn right_four(origin: u32, k: u32) -> vec4<f32> { return b_four(origin + k, 0u); }`;
const SLICED_COLUMNS = `${COLUMN_ORIGIN}
fn right_four(n: u32, k: u32) -> vec4<f32> {
  return b_four(((k / p.depth) * p.n + n) * p.depth + k % p.depth, 0u);
}`;
const BROKEN_COLUMNS = `${COLUMN_ORIGIN}
fn b_one(k: u32, n: u32) -> f32 {
  return b_at(((k / p.depth) * p.n + n) * p.depth + k % p.depth, 0u);
}
fn right_four(n: u32, k: u32) -> vec4<f32> {
  return vec4<f32>(b_one(k, n), b_one(k + 1u, n), b_one(k + 2u, n), b_one(k + 3u, n));
}`;

export interface ColumnProduct extends NamedProduct {
  /** `[k, m]` unless gathered. */
  readonly a: Operand;
  readonly channels: number;
  readonly gather?: Gather;
  /** `[k, n]` */
  readonly b: Operand;
  /** `[m, n]` */
  readonly y: Tensor;
}

/** Terms below which a part is not worth its sum. */
const FEWEST_TERMS = 64;

export function columnProduct(product: ColumnProduct, lowering: Lowering): readonly Dispatch[] {
  const { name, m, n, k, channels, gather } = product;
  const variant = lowering.productVariant(product);
  const [aWidth, width] = [widthOf(channels), widthOf(n)];
  const shape = { variant, left: "side", right: "side" } as const;
  const perPart = partOf(product);
  const numParts = Math.ceil(k / perPart);
  const y = numParts === 1 ? product.y : lowering.parts(numParts * padded(m * n));
  if (numParts > 1) {
    const sum: DeferredSum = { parts: y, numParts, count: m * n, sum: product.y };
    lowering.deferSum(sum);
  }
  const code = productCode(
    { ...shape, terms: k },
    width,
    (at, _channel, value) => `y_set(part * p.partStride + ${at}, ${value});`,
  );
  const dispatch = dispatchOf({
    name,
    width,
    reads: { a: { operand: product.a, width: aWidth }, b: { operand: product.b } },
    writes: { y: { tensor: y } },
    numbers: {
      ...divisionOf(product, variant, perPart),
      partStride: padded(m * n) / width,
      ...gather?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", width),
      ...(gather === undefined ? [PLAIN_TURNED_ROWS] : gather.columnFunctions(aWidth)),
      PLAIN_COLUMNS,
      code.functions,
    ].join("\n"),
    body: code.body,
    threads: numTiles(product, variant) * numParts * threadsOf(variant),
    team: code.team,
  });
  return [{ ...dispatch, product: { name, m, n, k } }];
}

const PLAIN_TURNED_ROWS = `fn left_origin(row: u32) -> u32 { return row; }
fn left_four(row: u32, k: u32) -> vec4<f32> { return a_four(k * p.m + row, row); }`;

/** Threads that keep a graphics card busy with 4x8 numbers each, and of which a workgroup makes 8x8. */
const WANTED_THREADS = 16_384;
const [GROUP_ROWS, GROUP_COLUMNS, GROUP_THREADS] = [32, 64, 64];

/** Terms of each part. Only the size decides it, so that a sum has the same bits in every variant. */
function partOf({ m, n, k }: ProductSize): number {
  const groups = Math.ceil(n / GROUP_COLUMNS) * Math.ceil(m / GROUP_ROWS);
  const wanted = Math.ceil(WANTED_THREADS / (groups * GROUP_THREADS));
  const perPart = Math.ceil(k / Math.max(1, Math.min(wanted, Math.floor(k / FEWEST_TERMS))));
  return Math.ceil(perPart / MOST_TERMS) * MOST_TERMS;
}

function divisionOf(product: ProductSize, variant: ProductVariant, perPart: number) {
  const { m, n, k } = product;
  const across = Math.ceil(n / tileOf(variant)[1]);
  return { m, n, k, across, tiles: numTiles(product, variant), perPart };
}

function numTiles({ m, n }: ProductSize, variant: ProductVariant): number {
  const [rows, columns] = tileOf(variant);
  return Math.ceil(n / columns) * Math.ceil(m / rows);
}
