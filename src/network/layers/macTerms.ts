/**
 * Multiply-accumulates as products of sizes. Every layer type states its products in this form, so that the number and its
 * written-out form come from the same factors. docs/adr/0009 defines what counts as a multiply-accumulate.
 */
import type { Pair, Shape } from "../../core/shape.ts";

/** The factors of a product, in the order in which they are written. */
const FACTOR_ROLES = [
  "windowHeight",
  "windowWidth",
  /** The channels that one filter sees: with groups, those of one group. */
  "channels",
  "depthMultiplier",
  /** The filters of all groups, or the units of a dense layer. */
  "filters",
  "mapHeight",
  "mapWidth",
] as const;
export type FactorRole = (typeof FACTOR_ROLES)[number];

/** One convolution or matrix product for one image; its multiply-accumulates are the product of its sizes. */
export interface MacTerm {
  readonly label: "depthwise" | "pointwise" | "ordinary" | "dense";
  readonly sizes: { readonly [R in FactorRole]?: number };
}

export interface Factor {
  readonly role: FactorRole;
  readonly value: number;
}

/** The factors to write: a depth multiplier of 1 is not one of them. */
export function factorsOf({ sizes }: MacTerm): readonly Factor[] {
  return FACTOR_ROLES.flatMap((role) => {
    const value = sizes[role];
    return value === undefined || (role === "depthMultiplier" && value === 1)
      ? []
      : [{ role, value }];
  });
}

export function macsOf(terms: readonly MacTerm[]): number {
  const products = terms.map(({ sizes }) => Object.values(sizes).reduce((a, b) => a * b, 1));
  return products.reduce((sum, product) => sum + product, 0);
}

/** @param channels that each filter sees */
export function convolutionTerm(
  kernelSize: Pair,
  channels: number,
  filters: number,
  map: Shape,
): MacTerm {
  const label = kernelSize.every((side) => side === 1) ? "pointwise" : "ordinary";
  return { label, sizes: { ...windowSizes(kernelSize), channels, filters, ...mapSizes(map) } };
}

export function depthwiseTerm(
  kernelSize: Pair,
  channels: number,
  depthMultiplier: number,
  map: Shape,
): MacTerm {
  const sizes = { ...windowSizes(kernelSize), channels, depthMultiplier, ...mapSizes(map) };
  return { label: "depthwise", sizes };
}

export function mapSizes([mapHeight = 0, mapWidth = 0]: Shape) {
  return { mapHeight, mapWidth };
}

function windowSizes([windowHeight, windowWidth]: Pair) {
  return { windowHeight, windowWidth };
}
