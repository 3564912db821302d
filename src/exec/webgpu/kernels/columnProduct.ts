/**
 * The matrix product `A^T B` of filter gradients, which divides its long sums into parts. `A` may be a map under a window
 * (`gather.ts`). The lowering chooses a variant, which says how the work is divided among threads.
 */

import type { Dispatch, Operand, SampledResult, Tensor } from "../dispatch.ts";
import { type Lowering, padded, widthOf } from "../lowering.ts";
import { dispatchOf, fourOf } from "../shader.ts";
import type { Gather } from "./gather.ts";
import { MOST_TERMS, productCode } from "./productCode.ts";
import { divisionOf, PLAIN_COLUMNS } from "./productDivision.ts";
import { type NamedProduct, type ProductSize, threadsOf } from "./productVariants.ts";
import { operandReader, sumOfTerms } from "./samples.ts";

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

/** A partial sum of fewer terms than this is not worth its overhead. */
const FEWEST_TERMS = 64;

export function columnProduct(product: ColumnProduct, lowering: Lowering): Dispatch {
  const { name, m, n, k, channels, gather } = product;
  const variant = lowering.productVariant(product);
  const [aWidth, width] = [widthOf(channels), widthOf(n)];
  const shape = { variant, left: "side", right: "side" } as const;
  const perPart = partOf(product);
  const numParts = Math.ceil(k / perPart);
  const sum = { numParts, count: m * n, sum: product.y };
  const y = numParts === 1 ? product.y : lowering.deferSum(sum);
  const code = productCode(
    { ...shape, terms: k },
    width,
    (at, _channel, value) => `y_set(part * p.partStride + ${at}, ${value});`,
  );
  const division = divisionOf(product, variant, perPart);
  const [readA, readB] = [operandReader(product.a), operandReader(product.b)];
  const sampled: SampledResult = {
    target: y,
    rows: m * numParts,
    columns: n,
    terms: perPart,
    sample(index, column, read) {
      const [part, row] = [Math.floor(index / m), index % m];
      const left = (term: number) => {
        const at = gather === undefined ? term * m + row : gather.at(term, row);
        return at === undefined ? undefined : readA(at, read);
      };
      const end = Math.min(k, (part + 1) * perPart);
      const sum = sumOfTerms(part * perPart, end, left, (term) => readB(term * n + column, read));
      return { ...sum, at: part * padded(m * n) + row * n + column };
    },
  };
  return dispatchOf({
    name,
    width,
    reads: { a: { operand: product.a, width: aWidth }, b: { operand: product.b } },
    writes: { y: { tensor: y } },
    numbers: {
      ...division,
      partStride: padded(m * n) / width,
      ...gather?.numbers,
    },
    functions: [
      fourOf("a", aWidth),
      fourOf("b", width),
      ...(gather === undefined ? [PLAIN_TURNED_ROWS] : gather.functions(aWidth, "side")),
      PLAIN_COLUMNS,
      code.functions,
    ].join("\n"),
    body: code.body,
    threads: division.tiles * numParts * threadsOf(variant),
    team: code.team,
    product: { name, m, n, k },
    sampled: [sampled],
  });
}

const PLAIN_TURNED_ROWS = `struct Left { row: u32, channels: a_Channels }
fn left_origin(row: u32) -> Left { return Left(row, a_channels(row)); }
fn left_terms(k: u32) -> u32 { return k * p.m; }
fn left_four(left: Left, start: u32) -> vec4<f32> { return a_four(start + left.row, left.channels); }`;

/** The number of threads that keep a graphics card busy. Each computes 4x8 numbers; in a workgroup 8x8. */
const WANTED_THREADS = 16_384;
const [GROUP_ROWS, GROUP_COLUMNS, GROUP_THREADS] = [32, 64, 64];

/** The number of terms in each part. It depends on the size alone, so that a sum has the same bits in every variant. */
function partOf({ m, n, k }: ProductSize): number {
  const groups = Math.ceil(n / GROUP_COLUMNS) * Math.ceil(m / GROUP_ROWS);
  const wanted = Math.ceil(WANTED_THREADS / (groups * GROUP_THREADS));
  const perPart = Math.ceil(k / Math.max(1, Math.min(wanted, Math.floor(k / FEWEST_TERMS))));
  return Math.ceil(perPart / MOST_TERMS) * MOST_TERMS;
}
