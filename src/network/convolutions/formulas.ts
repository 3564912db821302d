/**
 * Writes out the counts of each kind as products of named sizes with their own numbers. The notation is the PyTorch notebook's:
 * K is the kernel's side, C the channels coming in, N the filters, H′ and W′ the output's sides. The factors come from the
 * layers; this file names them.
 */
import { type FactorRole, factorsOf } from "../factors.ts";
import type { KindCounts, LabKind } from "./kinds.ts";

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

/**
 * How the factors of a layer are named when the usual symbol is wrong. An empty symbol leaves out a factor that is always 1.
 */
interface LayerWords {
  readonly label: string;
  readonly symbols?: { readonly [R in FactorRole]?: string };
}

const USUAL: Readonly<Record<FactorRole, string>> = {
  windowHeight: "K",
  windowWidth: "K",
  channels: "C",
  depthMultiplier: "M",
  filters: "N",
  mapHeight: "H′",
  mapWidth: "W′",
};

const POINT = { windowHeight: "", windowWidth: "" };

const WORDS: Readonly<Record<LabKind, readonly LayerWords[]>> = {
  ordinary: [{ label: "ordinary" }],
  grouped: [{ label: "grouped", symbols: { channels: "C/G" } }],
  separable: [{ label: "depthwise" }, { label: "pointwise", symbols: POINT }],
  "pointwise-first": [
    { label: "pointwise", symbols: { ...POINT, mapHeight: "H", mapWidth: "W" } },
    { label: "depthwise" },
  ],
  spatial: [
    { label: "K × 1", symbols: { windowWidth: "", mapWidth: "W" } },
    { label: "1 × K", symbols: { windowHeight: "" } },
  ],
};

/** @param counts of the same kind */
export function writeCounts(kind: LabKind, { layers }: KindCounts): WrittenCounts {
  const macs: Term[] = [];
  const params: Term[] = [];
  /** The output channels of the previous layer, which the next one sums over. */
  let incoming: readonly Factor[] | undefined;
  for (const [index, { label, symbols }] of WORDS[kind].entries()) {
    const layer = layers[index];
    const [term] = layer?.macTerms ?? [];
    if (layer === undefined || term === undefined) continue;
    const named = factorsOf(term.sizes).flatMap(({ role, value }) => {
      const symbol = symbols?.[role] ?? USUAL[role];
      return symbol === "" ? [] : [{ role, symbol, value }];
    });
    const factors = (...roles: readonly FactorRole[]): readonly Factor[] =>
      named
        .filter(({ role }) => roles.includes(role))
        .map(({ symbol, value }) => ({ symbol, value }));
    const channels = incoming ?? factors("channels");
    const perChannel = factors("depthMultiplier");
    const filters = factors("filters");
    const outputs = filters.length > 0 ? filters : [...channels, ...perChannel];
    const weights = [
      ...factors("windowHeight", "windowWidth"),
      ...channels,
      ...perChannel,
      ...filters,
    ];
    macs.push({ label, factors: [...factors("mapHeight", "mapWidth"), ...weights] });
    params.push({ label, factors: weights });
    if (layer.weights.some(({ name }) => name === "bias"))
      params.push({ label: `${label} biases`, factors: outputs });
    incoming = outputs;
  }
  return { macs, params };
}

export function totalOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { factors }) => sum + productOf(factors), 0);
}

export function productOf(factors: readonly Factor[]): number {
  return factors.reduce((product, { value }) => product * value, 1);
}
