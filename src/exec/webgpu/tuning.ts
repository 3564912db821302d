/**
 * Chooses the variant of each matrix product on an adapter, from times measured within a budget. A product that was not
 * measured takes the variant of the most similar measured one. `tuneProducts.ts` does the measuring.
 */
import { append, leastOf } from "../../core/numbers.ts";
import type { NamedProduct, ProductSize, ProductVariant } from "./kernels/productVariants.ts";
import type { ProductChoice } from "./programLowering.ts";
import type { MeasuredProduct } from "./tuningWishes.ts";

/** Returns milliseconds of one run of the product in each variant, as the mean of `repeats` runs. */
export type Measure = (
  product: NamedProduct,
  variants: readonly ProductVariant[],
  repeats: number,
) => Promise<readonly number[]>;

interface Tuning {
  /** The products of a step, each as often as the step contains it. */
  readonly products: readonly NamedProduct[];
  readonly variants: readonly ProductVariant[];
  readonly usual: ProductChoice;
  readonly measure: Measure;
  /** Milliseconds on the device. */
  readonly budgetMs: number;
}

/** A kernel with a smaller share of a step's work is not worth measuring. */
const LEAST_SHARE = 0.05;
/** Measurements of each variant, of which the fastest counts, because other programs may use the device meanwhile. */
const ROUNDS = 3;
/** The resolution of a device's clock in browsers; a measurement should take several times as long. */
const CLOCK_MS = 0.1;
const LONG_ENOUGH_MS = 5 * CLOCK_MS;
const MOST_REPEATS = 32;
/** The maximum number of measured sizes per kernel, because similar sizes behave alike. */
const MOST_SIZES = 4;

/**
 * Measures the most expensive sizes of each kernel that fit its share of the budget. A slow device measures small ones, or
 * none.
 *
 * @returns the measurements; these take `budgetMs` or a little more.
 */
export async function measureProducts(tuning: Tuning): Promise<readonly MeasuredProduct[]> {
  const total = sumOf(tuning.products.map(workOf));
  const names = new Set(tuning.products.map(({ name }) => name));
  const heavy = [...names]
    .map((name) => tuning.products.filter((product) => product.name === name))
    .filter((products) => sumOf(products.map(workOf)) >= LEAST_SHARE * total);
  const measured: MeasuredProduct[] = [];
  for (const products of heavy)
    append(measured, await measureKernel(products, tuning, tuning.budgetMs / heavy.length));
  return measured;
}

async function measureKernel(
  products: readonly NamedProduct[],
  { variants, usual, measure }: Tuning,
  budgetMs: number,
): Promise<readonly MeasuredProduct[]> {
  let waiting = distinct(products).toSorted((a, b) => workOf(a) - workOf(b));
  const [lightest] = waiting;
  if (lightest === undefined) return [];
  let left = budgetMs;
  let msPerWork = 0;
  for (const repeats of [1, MOST_REPEATS]) {
    const [ms = 0] = await measure(lightest, [usual(lightest)], repeats);
    left -= repeats * ms;
    msPerWork = seenBy(ms, repeats) / workOf(lightest);
    if (ms >= LONG_ENOUGH_MS) break;
  }

  const measured: MeasuredProduct[] = [];
  while (measured.length < MOST_SIZES) {
    const repeatsOf = (product: ProductSize) =>
      Math.min(MOST_REPEATS, Math.ceil(LONG_ENOUGH_MS / (workOf(product) * msPerWork)));
    const next = waiting.findLast(
      (product) =>
        workOf(product) * msPerWork * repeatsOf(product) * variants.length * ROUNDS <= left,
    );
    if (next === undefined) break;
    const repeats = repeatsOf(next);
    let best = variants.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS; round += 1) {
      const times = await measure(next, variants, repeats);
      left -= repeats * sumOf(times);
      best = best.map((ms, index) => Math.min(ms, times[index] ?? ms));
    }
    const fastest = variants[best.indexOf(leastOf(best))];
    if (fastest !== undefined) measured.push({ ...next, variant: fastest.name });
    msPerWork = seenBy(sumOf(best) / best.length, repeats) / workOf(next);
    waiting = waiting.filter((product) => product !== next);
  }
  return measured;
}

/** A clock that shows 0 means a time below its resolution. */
function seenBy(ms: number, repeats: number): number {
  return Math.max(ms, CLOCK_MS / repeats);
}

/** The maximum distance from a measured size at which its variant is used: a factor of 16 in total. */
const FARTHEST = 4;

/** Returns the variant measured for this size of this kernel, or for the most similar size, or else the default. */
export function choiceOf(
  measured: readonly MeasuredProduct[],
  variants: readonly ProductVariant[],
  usual: ProductChoice,
): ProductChoice {
  return (product) => {
    const [nearest] = measured
      .filter(({ name }) => name === product.name)
      .map((other) => ({ variant: other.variant, distance: distanceOf(other, product) }))
      .filter(({ distance }) => distance <= FARTHEST)
      .toSorted((a, b) => a.distance - b.distance);
    return variants.find(({ name }) => name === nearest?.variant) ?? usual(product);
  };
}

function distanceOf(a: ProductSize, b: ProductSize): number {
  const apart = (x: number, y: number) => Math.abs(Math.log2(x / y));
  return apart(a.m, b.m) + apart(a.n, b.n) + apart(a.k, b.k);
}

function workOf({ m, n, k }: ProductSize): number {
  return m * n * k;
}

export function isSame(a: NamedProduct, b: NamedProduct): boolean {
  return a.name === b.name && a.m === b.m && a.n === b.n && a.k === b.k;
}

function distinct(products: readonly NamedProduct[]): readonly NamedProduct[] {
  return products.filter(
    (product, index) => products.findIndex((other) => isSame(other, product)) === index,
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
