/** What the executor asks of networks, batches and weights, and the errors it answers with. */
import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type MapShape } from "../../core/shape.ts";
import { analyze } from "../../spec/analyze.ts";
import type { Batch, ExecutorOptions } from "../executor.ts";

/** @throws PlaygroundError `network.invalid` unless the graph goes from one image to one row of numbers. */
export function networkEnds({ graph }: ExecutorOptions): {
  inputShape: MapShape;
  numClasses: number;
} {
  const { layers } = analyze(graph);
  const [first, last] = [layers[0], layers.at(-1)];
  const [numClasses, ...more] = last?.shape ?? [];
  if (first?.layer.type === "InputLayer" && numClasses !== undefined && more.length === 0) {
    return { inputShape: first.layer.shape, numClasses };
  }
  throw new PlaygroundError({
    code: "network.invalid",
    where: graph.name,
    rule: "only a network from one image to one row of class values can be trained",
    expected: "an output of shape classes",
    got: last === undefined ? "no layers" : formatShape(last.shape),
    remedy: "End it with pooling or flattening and a dense layer.",
  });
}

export function requireLabels(batch: Batch, numClasses: number): void {
  const wrong = batch.labels.find((label) => label >= numClasses);
  if (wrong === undefined && batch.labels.length === batch.numImages) return;
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: `batch of ${batch.numImages} images`,
    rule: "the labels do not fit the batch and the network's classes",
    expected: `${batch.numImages} labels below ${numClasses}`,
    got: wrong === undefined ? `${batch.labels.length} labels` : `label ${wrong}`,
    remedy: "Train a network with as many classes as the data has.",
  });
}

export function weightFault(
  path: string,
  rule: string,
  expected: string,
  got: string,
): PlaygroundError {
  return new PlaygroundError({
    code: "network.shape-mismatch",
    where: path,
    rule,
    expected,
    got,
    remedy: "Take the weights from the same network.",
    context: { path },
  });
}

export function lostFault(title: string, reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: `TensorFlow.js on ${title}`,
    rule: "the device was lost",
    got: reason,
    remedy: "Start the run again, with smaller batches or images if it happens again.",
  });
}
