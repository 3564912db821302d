/** Checks the input and output of a network for training: one image in, one row of class values out. */
import { PlaygroundError } from "../core/errors.ts";
import type { MapShape } from "../core/shape.ts";
import { analyze } from "../network/analyze.ts";
import type { LayerGraph } from "../network/graph.ts";
import { endsInSoftmax, headUnits } from "../network/head.ts";
import type { LossKind } from "./ops/crossEntropy.ts";

interface NetworkEnds {
  readonly inputShape: MapShape;
  readonly numClasses: number;
  readonly loss: LossKind;
}

/** @throws PlaygroundError `network.*` unless the network maps one image to one row of class values. */
export function networkEnds(graph: LayerGraph): NetworkEnds {
  const analysis = analyze(graph);
  const [first, last] = [graph.layers[0], graph.layers.at(-1)];
  const numClasses = headUnits(analysis);
  requireConnected(graph);
  if (first?.type === "InputLayer" && last !== undefined) {
    const loss = endsInSoftmax(last) ? "softmaxCrossEntropy" : "clippedCrossEntropy";
    return { inputShape: first.shape, numClasses, loss };
  }
  throw new PlaygroundError({
    code: "network.invalid",
    where: graph.name,
    rule: "a network begins with its input",
    got: first?.type ?? "no layers",
    remedy: "Put an input layer first.",
  });
}

/** Requires one input, and a path from every layer to the last one. Otherwise some weight would never get a gradient. */
function requireConnected({ layers }: LayerGraph): void {
  const used = new Set(layers.flatMap(({ inputs }) => inputs));
  const loose = layers.find(
    ({ name, type }, index) =>
      (index > 0 && type === "InputLayer") || (index < layers.length - 1 && !used.has(name)),
  );
  if (loose === undefined) return;
  throw new PlaygroundError({
    code: "network.invalid",
    where: loose.name,
    rule: "every layer must lie between the one input and the output",
    got: loose.type === "InputLayer" ? "a second input" : "a layer whose output nobody uses",
    remedy: "Connect it, or take it out.",
    context: { layer: loose.name },
  });
}
