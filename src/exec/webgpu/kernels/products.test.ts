import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDawn } from "../../../cli/openDawn.ts";
import { greatestOf } from "../../../core/numbers.ts";
import { randomStream } from "../../../core/random.ts";
import { ComputeDevice } from "../computeDevice.ts";
import { storageOf } from "../deviceMemory.ts";
import type { Dispatch, Tensor } from "../dispatch.ts";
import { type DeferredSum, type Lowering, padded } from "../lowering.ts";
import { type OpenDevice, openDevice } from "../openDevice.ts";
import { columnProduct } from "./columnProduct.ts";
import { type ProductVariant, productVariants } from "./productVariants.ts";
import { rowProduct } from "./rowProduct.ts";
import { spreadPlaces } from "./spread.ts";

let open: OpenDevice;
let machine: ComputeDevice;
beforeAll(async () => {
  open = await openDevice(await openDawn());
  machine = new ComputeDevice(open);
});
afterAll(() => machine.close());

/**
 * Two odd sizes that share a kernel; the second has several tiles and parts. Kernels that compile fast also test multiples of
 * 4.
 */
const ODD = [
  [5, 3, 7],
  [69, 131, 45],
  [11, 21, 1001],
] as const;
const FOURS = [
  [140, 72, 36],
  [12, 20, 1000],
] as const;
const QUICK = ["registers 4x8", "subgroup 4x4", "subgroup 8x4", "subgroup 16x4"];
const variants = productVariants({ isSoftware: true, subgroupLanes: 4 });
const cases = variants.flatMap((variant) =>
  [...ODD, ...(QUICK.includes(variant.name) ? FOURS : [])].map(([m, n, k]) => {
    return { variant, name: variant.name, m, n, k };
  }),
);

function at(storage: string): Tensor {
  return { storage, base: 0 };
}

function stored(storage: string) {
  return { kind: "stored", source: at(storage) } as const;
}

function randomNumbers(count: number, name: string): Float32Array {
  const random = randomStream(1, name);
  return Float32Array.from({ length: count }, () => 2 * random.nextFloat() - 1);
}

/**
 * Runs the dispatches of `lower` on the contents of the storages.
 * @returns the contents of `y`, with partial sums added.
 */
async function run(
  variant: ProductVariant,
  contents: Readonly<Record<string, Float32Array>>,
  lower: (lowering: Lowering) => Dispatch,
): Promise<Float32Array> {
  const sums: DeferredSum[] = [];
  let numParts = 0;
  const refuse = () => {
    throw new RangeError("a product asks for nothing else");
  };
  const dispatch = lower({
    tensor: refuse,
    optional: refuse,
    operand: refuse,
    shape: refuse,
    scratch: refuse,
    kept: refuse,
    read: refuse,
    write: refuse,
    deferSum: (sum) => {
      const parts = at("parts");
      sums.push({ ...sum, parts });
      numParts = sum.numParts * padded(sum.count);
      return parts;
    },
    lossScale: undefined,
    productVariant: () => variant,
  });
  const { y = new Float32Array() } = contents;
  const sizes = Object.entries({ ...contents, parts: new Float32Array(numParts) }).map(
    ([name, { length }]): [string, number] => [name, Math.ceil((length + 1) / 64) * 64],
  );
  const storages = await machine.memory.allocate(new Map(sizes));
  for (const [name, values] of Object.entries(contents))
    machine.write(storageOf(storages, name), Float32Array.from(values));
  const list = await machine.bind([{ ...dispatch, label: dispatch.name }], storages);
  machine.run(list);
  const [sum] = sums;
  const source = storageOf(storages, sum === undefined ? "y" : "parts");
  const values = new Float32Array(await machine.read(source, 4 * (numParts || y.length)));
  if (sum === undefined) return values;
  const stride = numParts / sum.numParts;
  return y.map((_, index) => {
    let total = 0;
    for (let part = 0; part < sum.numParts; part += 1) total += values[part * stride + index] ?? 0;
    return total;
  });
}

/** Returns `[m, n]`: the sums over `k` of `left(m, k) right(k, n)`, in float64. */
function productOf(
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
  left: (m: number, k: number) => number | undefined,
  right: (k: number, n: number) => number | undefined,
): readonly number[] {
  return Array.from({ length: m * n }, (_, index) => {
    let sum = 0;
    for (let term = 0; term < k; term += 1)
      sum += (left(Math.floor(index / n), term) ?? Number.NaN) * (right(term, index % n) ?? 0);
    return sum;
  });
}

const bits = new Map<string, readonly number[]>();

/** Returns the bits of the same product in the first variant. */
function bitsOf(form: string, m: number, values: Float32Array): readonly number[] {
  const known = bits.get(`${form} ${m}`) ?? [...values];
  bits.set(`${form} ${m}`, known);
  return known;
}

/** Returns the largest difference, relative to what a sum of this many terms may lose in float32. */
function loss(values: Float32Array, wanted: readonly number[], k: number): number {
  const differences = wanted.map((value, index) => Math.abs((values[index] ?? Number.NaN) - value));
  return greatestOf(differences) / (2 ** -22 * Math.max(8, k));
}

describe("products of matrices, in every variant near float64 and to the same bits", () => {
  test.each(cases)("$name: A B, biased, $m x $n x $k", async ({ variant, ...size }) => {
    const { m, n, k } = size;
    const [a, b] = [randomNumbers(m * k, "a"), randomNumbers(k * n, "b")];
    const bias = randomNumbers(n, "bias");
    const y = await run(variant, { a, b, bias, y: new Float32Array(m * n) }, (lowering) =>
      rowProduct(
        { ...size, a: stored("a"), channels: k, b: at("b"), bias: at("bias"), y: at("y") },
        lowering,
      ),
    );
    const wanted = productOf(
      size,
      (row, term) => a[row * k + term],
      (term, column) => b[term * n + column],
    );
    expect(
      loss(
        y,
        wanted.map((value, index) => value + (bias[index % n] ?? 0)),
        k,
      ),
    ).toBeLessThan(1);
    expect([...y]).toEqual(bitsOf("A B", m, y));
  });

  test.each(cases)("$name: A B^T, masked, $m x $n x $k", async ({ variant, ...size }) => {
    const { m, n, k } = size;
    const [a, b, mask] = [
      randomNumbers(m * k, "a"),
      randomNumbers(k * n, "b"),
      randomNumbers(m * n, "mask"),
    ];
    const y = await run(variant, { a, b, mask, y: new Float32Array(m * n) }, (lowering) =>
      rowProduct(
        {
          ...size,
          a: stored("a"),
          channels: k,
          b: at("b"),
          transposed: { depth: k },
          mask: { activation: "relu", y: stored("mask"), dx: at("y") },
          y: at("y"),
        },
        lowering,
      ),
    );
    const wanted = productOf(
      size,
      (row, term) => a[row * k + term],
      (term, column) => b[column * k + term],
    );
    expect(
      loss(
        y,
        wanted.map((value, index) => ((mask[index] ?? 0) > 0 ? value : 0)),
        k,
      ),
    ).toBeLessThan(1);
    expect([...y]).toEqual(bitsOf("A B^T", m, y));
  });

  test.each(cases)("$name: A B^T, spread, $m x $n x $k", async ({ variant, ...size }) => {
    const { m, n, k } = size;
    const [a, b] = [randomNumbers(m * k, "a"), randomNumbers(k * n, "b")];
    const window = { kernel: [1, 1], strides: [2, 2], dilation: [1, 1], padding: [0, 0] } as const;
    const pixels = 2 * (2 * m - 1);
    const y = await run(variant, { a, b, y: randomNumbers(pixels * n, "y") }, (lowering) =>
      rowProduct(
        {
          ...size,
          a: stored("a"),
          channels: k,
          spread: spreadPlaces(window, [1, 2, 2 * m - 1, n], [1, 1, m, k]),
          b: at("b"),
          transposed: { depth: k },
          y: at("y"),
        },
        lowering,
      ),
    );
    const sums = productOf(
      size,
      (row, term) => a[row * k + term],
      (term, column) => b[column * k + term],
    );
    const wanted = Array.from({ length: pixels * n }, (_, index) => {
      const pixel = Math.floor(index / n);
      const isPlace = pixel % 2 === 0 && pixel < 2 * m - 1;
      return isPlace ? (sums[(pixel / 2) * n + (index % n)] ?? Number.NaN) : 0;
    });
    expect(loss(y, wanted, k)).toBeLessThan(1);
    expect([...y]).toEqual(bitsOf("A B^T, spread", m, y));
  });

  test.each(cases)("$name: A^T B in parts, $m x $n x $k", async ({ variant, ...size }) => {
    const { m, n, k } = size;
    const [a, b] = [randomNumbers(m * k, "a"), randomNumbers(k * n, "b")];
    const y = await run(variant, { a, b, y: new Float32Array(m * n) }, (lowering) =>
      columnProduct({ ...size, a: stored("a"), channels: m, b: stored("b"), y: at("y") }, lowering),
    );
    const wanted = productOf(
      size,
      (row, term) => a[term * m + row],
      (term, column) => b[term * n + column],
    );
    expect(loss(y, wanted, k)).toBeLessThan(1);
    expect([...y]).toEqual(bitsOf("A^T B", m, y));
  });
});
