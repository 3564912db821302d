/**
 * Makes the files that export a run's network. The writer of a format loads when that format is first requested. This file
 * decides what is taken from a run; `interop/` decides how it is written.
 */

import { PlaygroundError } from "../core/errors.ts";
import { append } from "../core/numbers.ts";
import { yieldToEvents } from "../core/yieldToEvents.ts";
import {
  NETWORK_FORMATS,
  type NetworkFormat,
  PROGRAM_FORMATS,
  type SavedNetwork,
} from "../interop/networkFiles.ts";
import { initialWeights } from "../network/initialize.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import type { Command } from "../protocol/commands.ts";
import { asTrainedBeforeData } from "../settings/asTrained.ts";
import type { LentNetwork } from "../train/loop/lentNetwork.ts";
import type { Measured } from "../train/loop/measured.ts";

export interface MadeFile {
  /** The number of steps its weights were trained for. */
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Request<T extends "file.request" | "file.requestUntrained"> = Omit<
  Extract<Command, { type: T }>,
  "type" | "runId" | "requestId"
>;

/** @throws PlaygroundError `file.unavailable` when there is no such file. */
export async function trainedFile(
  { content, weights, recipe }: Request<"file.request">,
  network: LentNetwork,
): Promise<MadeFile> {
  if (content === "predictions")
    return { step: network.step, bytes: await predictionsFile(network) };
  return singleFile(content, await savedNetwork(network, weights, recipe));
}

/** @throws PlaygroundError `file.unavailable` when there is no such file, `network.*` when there is no such network. */
export async function untrainedFile({
  content,
  settings,
  recipe,
}: Request<"file.requestUntrained">): Promise<MadeFile> {
  if (content === "predictions") {
    throw unavailable("predictions are of a run", { remedy: "Press Train first." });
  }
  // A program trains, so it needs a head for the classes of its data.
  const isProgram = content === PROGRAM_FORMATS.keras || content === PROGRAM_FORMATS.pytorch;
  const built = isProgram ? asTrainedBeforeData(settings) : settings;
  const weights = initialWeights(buildNetwork(built), built.seed);
  const start = { step: 0, weights, classes: null, validation: null, test: null };
  return singleFile(content, { settings: built, recipe, ...start });
}

/**
 * Returns the network's weights and the facts that a file states about them.
 * @throws PlaygroundError `file.unavailable` when there are no best weights.
 */
export async function savedNetwork(
  { settings, data, step, executor, measured, best }: LentNetwork,
  which: "last" | "best",
  recipe: string,
): Promise<SavedNetwork> {
  const { classes, height, width, channels } = data.description;
  const images = { height, width, channels };
  if (which === "last") {
    const [validation, test] = [ofStep(measured.validation, step), ofStep(measured.test, step)];
    const weights = await executor.readWeights();
    const optimizer = step === 0 ? undefined : await executor.readState?.();
    return { settings, recipe, step, weights, optimizer, classes, images, validation, test };
  }
  if (best === null) {
    throw unavailable("there are no best weights before the first validation", {
      remedy: "Export the newest ones, or wait for a validation.",
    });
  }
  const [validation, test] = [ofStep(best, best.step), ofStep(measured.test, best.step)];
  return {
    settings,
    recipe,
    step: best.step,
    weights: best.weights,
    classes,
    images,
    validation,
    test,
  };
}

/** Drops a measurement of weights from another step, because it says nothing about these. */
function ofStep(measured: Measured | null, step: number): SavedNetwork["test"] {
  if (measured === null || measured.step !== step) return null;
  const { loss, accuracy, numImages } = measured;
  return { loss, accuracy, numImages };
}

/** A browser saves one file at a time, so several files become one archive. */
async function singleFile(content: NetworkFormat, network: SavedNetwork): Promise<MadeFile> {
  const files = await NETWORK_FORMATS[content].files(network);
  const { step } = network;
  const [first] = files;
  if (first !== undefined && files.length === 1) return { step, bytes: first.bytes };
  const { zipFiles } = await import("../interop/zipFiles.ts");
  return { step, bytes: await zipFiles(files.map(({ name, bytes }) => [name, bytes])) };
}

/**
 * Makes the table of predictions of the newest weights on the test images.
 * @throws PlaygroundError `file.unavailable` when only the weights are left of the run.
 */
export async function predictionsFile({
  data,
  executor,
}: Pick<LentNetwork, "data" | "executor">): Promise<MadeFile["bytes"]> {
  if (executor.predict === undefined) {
    throw unavailable("the run failed, and only its weights are kept", {
      remedy: "Export the model, or train again.",
    });
  }
  const labels: number[] = [];
  const probabilities: Float32Array[] = [];
  for await (const batch of data.testBatches()) {
    append(labels, batch.labels.subarray(0, batch.numImages));
    probabilities.push(await executor.predict(batch));
    await yieldToEvents();
  }
  const { predictionsCsv } = await import("../interop/predictionsCsv.ts");
  const { classes } = data.description;
  return new TextEncoder().encode(predictionsCsv({ classes, labels, probabilities }));
}

function unavailable(rule: string, { remedy }: { readonly remedy: string }): PlaygroundError {
  return new PlaygroundError({ code: "file.unavailable", where: "Export", rule, remedy });
}
