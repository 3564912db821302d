/**
 * The interface through which a run reads its data. `openRunData.ts` implements it with streamed shards, tests implement it in
 * memory.
 */
import type { DataSetDescription } from "../../core/dataSet.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";

export interface ImageSelection {
  readonly labels: Uint8Array;
  /** `[indices, height, width, channels]`, with the sizes that the description gives. */
  readonly pixels: PixelBatch["pixels"];
}

export interface RunData {
  readonly description: DataSetDescription;
  /** The number of images in one pass, after the hold-out. */
  readonly numTrain: number;
  readonly numValidation: number;
  /** How the data differ from what was asked for: one sentence each. */
  readonly notes: readonly string[];
  /**
   * Batches of one pass through the training images, shuffled by the seed and the pass, without the first `skip` of them.
   * `pass` counts from 0.
   */
  trainingBatches(pass: number, skip?: number): AsyncIterable<PixelBatch>;
  /** Held-out images. `subset` gives the part for the live curve. Empty without a hold-out. */
  validationBatches(part: "subset" | "whole"): AsyncIterable<PixelBatch>;
  /** The test set in stored order. */
  testBatches(): AsyncIterable<PixelBatch>;
  testImages(indices: readonly number[]): Promise<ImageSelection>;
  /** Images by their places in the order of `validationBatches`. */
  validationImages(part: "subset" | "whole", places: readonly number[]): Promise<ImageSelection>;
}
