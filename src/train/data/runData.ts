/** What a run asks of its data; `openRunData.ts` answers from the streamed shards, tests from memory. */
import type { PixelBatch } from "../../exec/executor.ts";
import type { DataSetDescription } from "../../protocol/events.ts";

export interface ImageSelection {
  readonly labels: Uint8Array;
  /** `[indices, height, width, channels]`, as the description says they are. */
  readonly pixels: PixelBatch["pixels"];
}

export interface RunData {
  readonly description: DataSetDescription;
  /** Images a pass goes through, after the hold-out. */
  readonly numTrain: number;
  readonly numValidation: number;
  /** Where the data differ from what was asked for: one sentence each. */
  readonly notes: readonly string[];
  /** Batches of one pass through the training images, in that pass's seeded order; `pass` counts from 0. */
  trainingBatches(pass: number): AsyncIterable<PixelBatch>;
  /** Held-out images; `subset` gives the part for the live curve. Empty without a hold-out. */
  validationBatches(part: "subset" | "whole"): AsyncIterable<PixelBatch>;
  /** The test set in stored order. */
  testBatches(): AsyncIterable<PixelBatch>;
  testImages(indices: readonly number[]): Promise<ImageSelection>;
}
