/**
 * A data set that somebody brought, opened: what it is in words and numbers, and its images by index. Whatever is wrong
 * with the files was found before one of these exists.
 */
import type { Channels, ImageBatch, Pixels } from "../imageBatch.ts";
import type { LeftOut } from "./leftOut.ts";

export interface OwnPart {
  /** As the person knows it: `X_train.npy`, `train/`. */
  readonly name: string;
  /** `[numImages]`, class indices. */
  readonly labels: Uint8Array;
  /**
   * Images by index, in that order. The receiver owns them.
   * @throws PlaygroundError `file.invalid` where a file cannot be read any more.
   */
  read(indices: ArrayLike<number>): Promise<ImageBatch<Pixels>>;
}

/** One thing that was handed over, in words. */
export interface OwnFileWords {
  readonly name: string;
  readonly words: string;
}

export interface OwnData {
  readonly title: string;
  readonly classes: readonly string[];
  /** Of an image as `read` gives it. */
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly sizeBytes: number;
  readonly files: readonly OwnFileWords[];
  /** What was decided on the way: one sentence each. */
  readonly notes: readonly string[];
  /** Files that a later opening of the same can do without. */
  readonly leftOut: readonly LeftOut[];
  readonly train: OwnPart;
  /** The test part itself where there is no other. */
  readonly validation: OwnPart;
  readonly test: OwnPart;
}

/** How opening a data set goes. */
export interface OwnProgress {
  /** What is being done: a sentence's start. */
  readonly task: string;
  /** In `[0, 1]`. */
  readonly share: number;
}

export interface OpenOwnOptions {
  readonly seed: number;
  /** Height and width that pictures, which come in all sizes, are brought to. */
  readonly inputSize: number;
  readonly onProgress?: (progress: OwnProgress) => void;
}
