/** Examines the head of a network: whether there is one, so that the network can be trained, and whether it ends in a softmax. */
import { type Fault, PlaygroundError } from "../core/errors.ts";
import { formatShape } from "../core/shape.ts";
import type { NetworkAnalysis } from "./analysis.ts";
import type { ActivationLayer, DenseLayer, Layer, LayerGraph } from "./graph.ts";

/**
 * Returns the number of units of the network's head, one for each class.
 * @throws PlaygroundError `network.invalid` unless the network ends in one row of class values.
 */
export function headUnits(analysis: NetworkAnalysis): number {
  const [units, ...more] = analysis.layers.at(-1)?.shape ?? [];
  if (units !== undefined && more.length === 0) return units;
  throw new PlaygroundError(headFault(analysis));
}

/** Whether the last layer of a network applies a softmax. Its loss then starts from the logits, as in Keras. */
export function endsInSoftmax(last: Layer): last is DenseLayer | ActivationLayer {
  return (last.type === "Dense" || last.type === "Activation") && last.activation === "softmax";
}

/** Drops the softmax of the head, because the loss takes the logits, as in Keras. */
export function withoutSoftmax(graph: LayerGraph): LayerGraph {
  const last = graph.layers.at(-1);
  if (last === undefined || !endsInSoftmax(last)) return graph;
  return { ...graph, layers: [...graph.layers.slice(0, -1), { ...last, activation: "linear" }] };
}

function headFault({ name, layers }: NetworkAnalysis): Fault {
  const last = layers.at(-1);
  return {
    code: "network.invalid",
    where: name,
    rule: "a network without a head is counted, not trained",
    expected: "one row of class values at its end",
    got: last === undefined ? "no layers" : formatShape(last.shape),
    remedy: "Choose a network with a head.",
    context: { setting: "network" },
  };
}
