/** The kinds of operations whose shares of a step are reported. */

import { OPTIMIZERS } from "../../src/formulas/optimizers/registry.ts";
import { bufferAt, type PlanBuffer } from "../../src/plan/buffers.ts";
import { operandsOf, type Step } from "../../src/plan/step.ts";

export type Kind =
  | "pointwise 728"
  | "pointwise"
  | "convolution"
  | "depthwise"
  | "dense"
  | "pooling"
  | "normalisation"
  | "optimiser"
  | "sums of parts"
  | "other";

/** Maps operation names to kinds, the most expensive first. A launch has the first kind that matches one of its steps. */
const RULES: readonly (readonly [Kind, (step: Step) => boolean])[] = [
  ["convolution", ({ op }) => op.startsWith("conv2d")],
  ["depthwise", ({ op }) => op.startsWith("depthwise")],
  ["dense", ({ op }) => op.startsWith("dense")],
  ["pooling", ({ op }) => /pool/i.test(op)],
  ["normalisation", ({ op }) => /^(batchStatistics|normali|movingAverage)/.test(op)],
  ["optimiser", ({ op }) => op in OPTIMIZERS],
];

export function kindOf(buffers: readonly PlanBuffer[], launch: readonly Step[]): Kind {
  const [kind = "other"] = RULES.find(([, fits]) => launch.some(fits)) ?? [];
  return kind === "convolution" ? convolutionKind(buffers, launch) : kind;
}

function convolutionKind(buffers: readonly PlanBuffer[], launch: readonly Step[]): Kind {
  const [id] = launch
    .flatMap(operandsOf)
    .flatMap(({ name, ids }) => (name === "filter" || name === "dfilter" ? ids : []));
  if (id === undefined) return "convolution";
  const [height, width, channels, filters] = bufferAt(buffers, id).shape;
  if (height !== 1 || width !== 1) return "convolution";
  return channels === 728 && filters === 728 ? "pointwise 728" : "pointwise";
}
