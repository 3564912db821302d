/** Compares a network's layer table with one that real Keras wrote. */
import * as v from "valibot";
import { sameShape } from "../core/shape.ts";
import type { LayerAnalysis } from "../network/analysis.ts";
import { analyze } from "../network/analyze.ts";
import type { LayerGraph } from "../network/graph.ts";
import type { Verdict } from "./verdict.ts";

export const modelGoldenSchema = v.object({
  spec: v.unknown(),
  total: v.number(),
  trainable: v.number(),
  layers: v.array(
    v.object({
      name: v.string(),
      type: v.string(),
      shape: v.array(v.number()),
      params: v.number(),
      inputs: v.array(v.string()),
    }),
  ),
});
export type ModelGolden = v.InferOutput<typeof modelGoldenSchema>;

/**
 * Compares every layer by name with its type, shape, count and inputs, and both totals. The order of the layers may differ,
 * because Keras lists parallel branches in its own order. Keras' `Sequential` does not list its input.
 */
export function verifyModel(golden: ModelGolden, graph: LayerGraph): Verdict {
  const analysis = analyze(graph);
  const ours = new Map(analysis.layers.map((layer) => [layer.layer.name, layer]));
  const named = new Set(golden.layers.map((layer) => layer.name));
  const unexpected = analysis.layers.filter(
    ({ layer }) => !named.has(layer.name) && layer.type !== "InputLayer",
  );

  const faults = [
    ...golden.layers.flatMap((expected) => layerFaults(expected, ours.get(expected.name))),
    ...unexpected.map(({ layer }) => `${layer.name}: Keras has no such layer`),
    ...totalFault("total", golden.total, analysis.params),
    ...totalFault("trainable", golden.trainable, analysis.trainableParams),
  ];
  return {
    status: faults.length === 0 ? "passed" : "failed",
    deviation: faults.length,
    allowed: 0,
    summary:
      faults.length === 0
        ? `${golden.layers.length} layers, ${golden.total} parameters, ${golden.trainable} trainable: all equal`
        : `${faults.length} differences: ${faults.slice(0, 5).join("; ")}${faults.length > 5 ? "; ..." : ""}`,
  };
}

type GoldenLayer = ModelGolden["layers"][number];

function layerFaults(expected: GoldenLayer, got: LayerAnalysis | undefined): readonly string[] {
  if (got === undefined) return [`${expected.name}: missing`];
  const faults: string[] = [];
  const differ = (what: string, theirs: string, ours: string) => {
    if (theirs !== ours) faults.push(`${expected.name}: ${what} is ${ours}, Keras has ${theirs}`);
  };
  differ("type", expected.type, got.layer.type);
  if (!sameShape(expected.shape, got.shape))
    differ("shape", expected.shape.join("x"), got.shape.join("x"));
  differ("parameter count", String(expected.params), String(got.params));
  differ("inputs", expected.inputs.join(", "), got.layer.inputs.join(", "));
  return faults;
}

function totalFault(what: string, expected: number, got: number): readonly string[] {
  return expected === got ? [] : [`${what} parameters: ${got}, Keras has ${expected}`];
}
