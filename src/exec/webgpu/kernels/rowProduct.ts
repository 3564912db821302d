/**
 * The matrix products `A B` and `A B^T` of forward steps and input gradients. `A` may be a map under a window (`gather.ts`). The
 * lowering chooses a variant, which says how the work is divided among threads.
 */

import {
  type Dispatch,
  type Mask,
  type Operand,
  type SampledResult,
  stored,
  type Tensor,
} from "../dispatch.ts";
import { type Lowering, masked, widthOf } from "../lowering.ts";
import { dispatchOf, fourOf } from "../shader.ts";
import type { Gather } from "./gather.ts";
import { productCode } from "./productCode.ts";
import { divisionOf, PLAIN_COLUMNS } from "./productDivision.ts";
import type { Along } from "./productParts.ts";
import { type NamedProduct, threadsOf } from "./productVariants.ts";
import { maskedSamples, operandReader, sumOfTerms } from "./samples.ts";
import type { Spread } from "./spread.ts";

export interface RowProduct extends NamedProduct {
  /** `[m, k]` unless gathered. */
  readonly a: Operand;
  /** The number of adjacent channels of `a` in memory. */
  readonly channels: number;
  readonly gather?: Gather;
  readonly spread?: Spread;
  /** `[k, n]`; transposed: `[k / depth, n, depth]`. */
  readonly b: Tensor;
  readonly transposed?: { readonly depth: number };
  readonly bias?: Tensor | undefined;
  readonly mask?: Mask | undefined;
  /** `[m, n]` unless spread. */
  readonly y: Tensor;
}

export function rowProduct(product: RowProduct, lowering: Lowering): Dispatch {
  const { name, m, n, k, channels, gather, spread, transposed, mask, bias } = product;
  const variant = lowering.productVariant(product);
  const aWidth = widthOf(channels);
  const bWidth = isBroken(transposed?.depth, k) ? 1 : widthOf(transposed?.depth ?? n);
  const width = widthOf(n);
  const right: Along = transposed === undefined ? "side" : "terms";
  const code = productCode(
    { variant, left: "terms", right, terms: k, isSpread: spread !== undefined },
    width,
    (at, channel, value) => {
      const biased = bias === undefined ? value : `${value} + bias_at(${channel}, 0u)`;
      return `y_set(${at}, ${masked(mask, `(${biased})`, at, channel)});`;
    },
  );
  const division = divisionOf({ m: spread?.rows ?? m, n, k }, variant, k);
  return dispatchOf({
    name,
    width,
    reads: {
      a: { operand: product.a, width: aWidth },
      b: stored(product.b, { width: bWidth }),
      bias: bias && stored(bias),
    },
    mask,
    writes: { y: { tensor: mask?.dx ?? product.y } },
    numbers: {
      ...division,
      depth: transposed?.depth ?? k,
      ...gather?.numbers,
      ...spread?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", bWidth),
      ...(gather === undefined ? [PLAIN_ROWS] : gather.functions(aWidth, "terms")),
      spread?.functions ?? "",
      rightOf(transposed?.depth, k),
      code.functions,
    ].join("\n"),
    body: code.body,
    threads: division.tiles * threadsOf(variant),
    team: code.team,
    product: { name, m, n, k },
    sampled: [sampledRows(product)],
  });
}

function sampledRows(product: RowProduct): SampledResult {
  const { m, n, k, a, b, gather, spread, transposed, bias, mask } = product;
  const depth = transposed?.depth ?? k;
  const [readA, afterMask] = [operandReader(a), maskedSamples(mask)];
  const placeOfRight = (term: number, column: number) =>
    transposed === undefined
      ? term * n + column
      : (Math.floor(term / depth) * n + column) * depth + (term % depth);
  return {
    target: mask?.dx ?? product.y,
    rows: spread?.rows ?? m,
    columns: n,
    terms: k,
    sample(row, column, read) {
      const target = spread === undefined ? row : spread.target(row);
      if (target === undefined) return undefined;
      const left = (term: number) => {
        const at = gather === undefined ? row * k + term : gather.at(row, term);
        return at === undefined ? undefined : readA(at, read);
      };
      const isZero = spread !== undefined && row >= spread.places;
      const { value, size } = sumOfTerms(0, isZero ? 0 : k, left, (term) =>
        read(b, placeOfRight(term, column)),
      );
      const at = target * n + column;
      const biased = value + (bias === undefined ? 0 : read(bias, column));
      return afterMask({ at, value: biased, size }, read);
    },
  };
}

const PLAIN_ROWS = `struct LeftTerms { first: u32, channels: a_Channels }
fn left_origin(row: u32) -> u32 { return row * p.k; }
fn left_terms(k: u32) -> LeftTerms { return LeftTerms(k, a_channels(k)); }
fn left_four(origin: u32, terms: LeftTerms) -> vec4<f32> {
  return a_four(origin + terms.first, terms.channels);
}`;

/** Tells whether a column cannot be loaded in groups of four, because the depth of its slices is not a multiple of 4. */
function isBroken(depth: number | undefined, k: number): boolean {
  return depth !== undefined && depth !== k && depth % 4 !== 0;
}

/** @param depth of a transposed factor. */
function rightOf(depth: number | undefined, k: number): string {
  if (depth === undefined) return PLAIN_COLUMNS;
  return isBroken(depth, k) ? BROKEN_COLUMNS : TURNED_COLUMNS;
}

const TURNED_COLUMNS = `fn right_origin(column: u32) -> u32 { return column * p.depth; }
fn right_terms(k: u32) -> u32 { return (k / p.depth) * p.n * p.depth + k % p.depth; }
fn right_four(origin: u32, start: u32) -> vec4<f32> { return b_four(origin + start, b_channels(0u)); }`;
const BROKEN_COLUMNS = `fn right_origin(column: u32) -> u32 { return column; }
fn right_terms(k: u32) -> u32 { return k; }
fn b_one(k: u32, column: u32) -> f32 {
  return b_at(((k / p.depth) * p.n + column) * p.depth + k % p.depth, 0u);
}
fn right_four(n: u32, k: u32) -> vec4<f32> {
  return vec4<f32>(b_one(k, n), b_one(k + 1u, n), b_one(k + 2u, n), b_one(k + 3u, n));
}`;
