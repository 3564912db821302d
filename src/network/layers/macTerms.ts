/**
 * Multiply-accumulates as products of sizes. Every layer type states its products in this form, so that the number and its
 * written-out form come from the same factors. docs/adr/0009 defines what counts as a multiply-accumulate.
 */
import type { Pair, Shape } from "../../core/shape.ts";
import type { FactorRole } from "../factors.ts";

/** One convolution or matrix product for one image; its multiply-accumulates are the product of its sizes. */
export interface MacTerm {
  readonly label: "depthwise" | "pointwise" | "ordinary" | "dense";
  readonly sizes: { readonly [R in FactorRole]?: number };
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
