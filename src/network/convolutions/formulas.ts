/**
 * The counts of each kind written out: products of named sides with their own numbers. The notation is the
 * PyTorch notebook's: K is the kernel's side, C the channels coming in, N the filters, H′ and W′ the output's
 * sides. Says how a count comes about; what it is, `analyze` decides, and a test holds the two together.
 */
import type { KindCounts, LabKind } from "./kinds.ts";
import type { ConvolutionSettings } from "./labSettings.ts";

export interface Factor {
  /** `H′`, `K`, `C / G` */
  readonly symbol: string;
  readonly value: number;
}

export interface Term {
  /** The layer: `depthwise`; or `bias`. */
  readonly label: string;
  readonly factors: readonly Factor[];
}

export interface WrittenCounts {
  readonly macs: readonly Term[];
  readonly params: readonly Term[];
}

/** A layer's weights as a product, and the sides of the map on which each of them is used. */
interface LayerProduct {
  readonly label: string;
  readonly weights: readonly Factor[];
  readonly positions: readonly [rows: string, columns: string];
  /** Of its biases, where it has them. */
  readonly outputs: readonly Factor[];
}

/** @param counts of the same kind and settings */
export function writeCounts(
  kind: LabKind,
  settings: ConvolutionSettings,
  counts: KindCounts,
): WrittenCounts {
  const products = PRODUCTS[kind](settings);
  const parts = products.map((product, index) => {
    const layer = counts.layers[index];
    const [rows = 0, columns = 0] = layer?.shape ?? [];
    const hasBias = layer?.weights.some(({ name }) => name === "bias") ?? false;
    const { label, weights, positions, outputs } = product;
    return {
      macs: {
        label,
        factors: [factor(positions[0], rows), factor(positions[1], columns), ...weights],
      },
      params: [
        { label, factors: weights },
        ...(hasBias ? [{ label: `${label} biases`, factors: outputs }] : []),
      ],
    };
  });
  return {
    macs: parts.map(({ macs }) => macs),
    params: parts.flatMap(({ params }) => params),
  };
}

export function totalOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { factors }) => sum + productOf(factors), 0);
}

export function productOf(factors: readonly Factor[]): number {
  return factors.reduce((product, { value }) => product * value, 1);
}

function factor(symbol: string, value: number): Factor {
  return { symbol, value };
}

const PRODUCTS: Readonly<
  Record<LabKind, (settings: ConvolutionSettings) => readonly LayerProduct[]>
> = {
  ordinary: ({ kernelSize: k, channels: c, filters: n }) => [
    {
      label: "ordinary",
      weights: [factor("K", k), factor("K", k), factor("C", c), factor("N", n)],
      positions: ["H′", "W′"],
      outputs: [factor("N", n)],
    },
  ],
  grouped: ({ kernelSize: k, channels: c, filters: n, groups }) => [
    {
      label: "grouped",
      weights: [factor("K", k), factor("K", k), factor("C/G", c / groups), factor("N", n)],
      positions: ["H′", "W′"],
      outputs: [factor("N", n)],
    },
  ],
  separable: ({ kernelSize: k, channels: c, filters: n, depthMultiplier: m }) => {
    const inner = m === 1 ? [factor("C", c)] : [factor("C", c), factor("M", m)];
    return [
      {
        label: "depthwise",
        weights: [factor("K", k), factor("K", k), ...inner],
        positions: ["H′", "W′"],
        outputs: inner,
      },
      {
        label: "pointwise",
        weights: [...inner, factor("N", n)],
        positions: ["H′", "W′"],
        outputs: [factor("N", n)],
      },
    ];
  },
  "pointwise-first": ({ kernelSize: k, channels: c, filters: n }) => [
    {
      label: "pointwise",
      weights: [factor("C", c), factor("N", n)],
      positions: ["H", "W"],
      outputs: [factor("N", n)],
    },
    {
      label: "depthwise",
      weights: [factor("K", k), factor("K", k), factor("N", n)],
      positions: ["H′", "W′"],
      outputs: [factor("N", n)],
    },
  ],
  spatial: ({ kernelSize: k, channels: c, filters: n }) => [
    {
      label: "K × 1",
      weights: [factor("K", k), factor("C", c), factor("N", n)],
      positions: ["H′", "W"],
      outputs: [factor("N", n)],
    },
    {
      label: "1 × K",
      weights: [factor("K", k), factor("N", n), factor("N", n)],
      positions: ["H′", "W′"],
      outputs: [factor("N", n)],
    },
  ],
};
