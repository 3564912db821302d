/**
 * Makes the files that a run's network goes out as. What writes a format loads when it is asked for first. Owns what the
 * files say of themselves: recipe, settings, seed, step, classes and what is done with an image beforehand.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { Command } from "../protocol/commands.ts";
import type { LayerGraph } from "../spec/graph.ts";
import { initialWeights } from "../spec/initialize.ts";
import { buildNetwork } from "../spec/networks/registry.ts";
import { preparationText } from "../spec/preparationText.ts";
import type { Settings } from "../spec/settings.ts";
import type { LentNetwork } from "../train/lentNetwork.ts";
import { yieldToEvents } from "../train/yieldToEvents.ts";

export interface MadeFile {
  /** Steps that its weights have had. */
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Request<T extends "file.request" | "file.requestUntrained"> = Omit<
  Extract<Command, { type: T }>,
  "type" | "runId" | "requestId"
>;

interface SavedNetwork {
  readonly settings: Settings;
  readonly recipe: string;
  readonly step: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Unknown before a run has opened its data. */
  readonly classes: readonly string[] | null;
}

/** @throws PlaygroundError `file.unavailable` where there is no such file. */
export async function trainedFile(
  { content, weights: which, recipe }: Request<"file.request">,
  network: LentNetwork,
): Promise<MadeFile> {
  if (content === "predictions") return predictionsFile(network);
  const { settings, data, step } = network;
  const { classes } = data.description;
  if (which === "last") {
    const weights = await network.executor.readWeights();
    return modelFile(content, { settings, recipe, step, weights, classes });
  }
  if (network.best === null) {
    throw unavailable("there are no best weights before the first validation", {
      remedy: "Export the newest ones, or wait for a validation.",
    });
  }
  return modelFile(content, { settings, recipe, ...network.best, classes });
}

/** @throws PlaygroundError `file.unavailable` where there is no such file, `network.*` where there is no such network. */
export async function untrainedFile({
  content,
  settings,
  recipe,
}: Request<"file.requestUntrained">): Promise<MadeFile> {
  if (content === "predictions") {
    throw unavailable("predictions are of a run", { remedy: "Press Train first." });
  }
  const weights = initialWeights(buildNetwork(settings), settings.seed);
  return modelFile(content, { settings, recipe, step: 0, weights, classes: null });
}

async function modelFile(
  content: "layers-model" | "onnx",
  network: SavedNetwork,
): Promise<MadeFile> {
  const { settings, recipe, step, weights, classes } = network;
  const graph = buildNetwork(settings);
  const preparation = preparationText(settings);
  const origin = { recipe, seed: settings.seed, step, preparation, settings, classes };
  const bytes =
    content === "onnx"
      ? await onnxFile(graph, weights, preparation, origin)
      : await layersModelFile(graph, weights, origin);
  return { step, bytes };
}

async function onnxFile(
  graph: LayerGraph,
  weights: SavedNetwork["weights"],
  preparation: string,
  origin: Readonly<Record<string, unknown>>,
): Promise<MadeFile["bytes"]> {
  const { toOnnxModel } = await import("../interop/onnx/onnxModel.ts");
  return toOnnxModel(graph, weights, { preparation, metadata: origin });
}

async function layersModelFile(
  graph: LayerGraph,
  weights: SavedNetwork["weights"],
  origin: Readonly<Record<string, unknown>>,
): Promise<MadeFile["bytes"]> {
  const { layersModelLack, toLayersModelFiles } = await import("../interop/layersModel.ts");
  const { zipLayersModel } = await import("../interop/layersModelZip.ts");
  const lack = layersModelLack(graph);
  if (lack !== null) {
    throw unavailable(lack.replace(/[.]$/, ""), {
      remedy: "Export it as ONNX, which has one.",
    });
  }
  return zipLayersModel(toLayersModelFiles(graph, weights, origin));
}

async function predictionsFile({ data, executor, step }: LentNetwork): Promise<MadeFile> {
  const labels: number[] = [];
  const probabilities: Float32Array[] = [];
  for await (const batch of data.testBatches()) {
    labels.push(...batch.labels.subarray(0, batch.numImages));
    probabilities.push(await executor.predict(batch));
    await yieldToEvents();
  }
  const { predictionsCsv } = await import("../interop/predictionsCsv.ts");
  const { classes } = data.description;
  return {
    step,
    bytes: new TextEncoder().encode(predictionsCsv({ classes, labels, probabilities })),
  };
}

function unavailable(rule: string, { remedy }: { readonly remedy: string }): PlaygroundError {
  return new PlaygroundError({ code: "file.unavailable", where: "Export", rule, remedy });
}
