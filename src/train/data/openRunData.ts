/**
 * Opens a run's data from the streamed shards and adapts `data/` to the interface of the run loop. `ownRunData.ts` does the
 * same for a person's own files; it loads only when there are some.
 */

import type { OwnFile } from "../../core/ownFile.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { pickImages } from "../../data/imageBatch.ts";
import { openDataSet, summarizeDataSet } from "../../data/openDataSet.ts";
import { retainShards } from "../../data/shardLoader.ts";
import { createSplit } from "../../data/split.ts";
import {
  loadTestImages,
  loadValidationImages,
  testBatches,
  type ValidationImages,
  validationBatches,
} from "../../data/storedImages.ts";
import { type LoadingProgress, trainingBatches } from "../../data/trainingBatches.ts";
import type { DataTransport } from "../../data/transport.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "./runData.ts";

export interface RunDataSource {
  /** The folder above the data sets. */
  readonly dataUrl: string;
  /** Replaces parts of the transport, for places without a server. */
  readonly transport?: Partial<DataTransport>;
  /** The person's own files, for the data sets made from them. */
  readonly ownFiles?: readonly OwnFile[];
}

export interface RunDataEvents {
  onProgress(progress: LoadingProgress): void;
}

/** An evaluation stores no gradients, so it takes more images at a time than training: up to this many ... */
const MAX_EVALUATION_BATCH = 100;
/** ... and up to this many pixels, so that an evaluation of large images needs no more memory than training in small batches. */
const MAX_EVALUATION_PIXELS = 64 * 94 ** 2;

/** @throws PlaygroundError `data.*`, `file.*` */
export async function openRunData(
  { dataUrl, transport, ownFiles = [] }: RunDataSource,
  settings: Settings,
  events: RunDataEvents,
): Promise<RunData> {
  const batchSize = evaluationBatch(settings);
  if (isOwnDataSet(settings.dataSet)) {
    const { openOwnRunData } = await import("./ownRunData.ts");
    return openOwnRunData({
      kind: settings.dataSet,
      files: ownFiles,
      settings,
      evaluationBatch: batchSize,
    });
  }
  const dataSet = await openDataSet({
    baseUrl: dataUrl,
    choice: settings.dataSet,
    ...(transport && { transport }),
  });
  retainShards(dataSet);
  const split = createSplit(dataSet.manifest, settings);
  let validation: Promise<ValidationImages> | undefined;
  const heldOut = () => {
    validation ??= loadValidationImages({ dataSet, split });
    return validation;
  };

  return {
    description: summarizeDataSet(dataSet),
    numTrain: split.numTraining,
    numValidation: split.heldOut.length,
    notes: split.notes,
    trainingBatches: (epoch, skip = 0) =>
      trainingBatches({
        dataSet,
        split,
        epoch,
        skip,
        seed: settings.seed,
        batchSize: settings.batchSize,
        remainder: settings.remainder,
        shuffleBuffer: settings.shuffleBuffer,
        onProgress: (progress) => events.onProgress(progress),
      }),
    async *validationBatches(part): AsyncIterable<PixelBatch> {
      yield* validationBatches(await heldOut(), part === "whole" ? "whole" : "live", batchSize);
    },
    testBatches: () => testBatches({ dataSet, batchSize }),
    testImages: (indices) => loadTestImages({ dataSet, indices }),
    // The images of the live curve are the first ones of the whole.
    validationImages: async (_part, places) => pickImages((await heldOut()).whole, places),
  };
}

/** Returns the number of images in an evaluation batch. */
export function evaluationBatch({ batchSize, inputSize }: Settings): number {
  return Math.max(
    batchSize,
    Math.min(MAX_EVALUATION_BATCH, Math.floor(MAX_EVALUATION_PIXELS / inputSize ** 2)),
  );
}
