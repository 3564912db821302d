/**
 * A person's own data set after opening: its description, and its images by index. All errors in the files have been found
 * before this object exists.
 */
import type { Shares } from "../../core/ownSplit.ts";
import type { Channels, PixelBatch } from "../../core/pixelBatch.ts";
import type { LeftOut } from "./leftOut.ts";

export interface OwnPart {
  /** The part's name for the person: `X_train.npy`, `train/`. */
  readonly name: string;
  /** `[numImages]`, class indices. */
  readonly labels: Uint8Array;
  /**
   * Reads images by index, in the given order. The receiver owns them.
   * @throws PlaygroundError `file.invalid` when a file cannot be read any more.
   */
  read(indices: ArrayLike<number>): Promise<PixelBatch>;
  /**
   * Returns a text that tells the contents of an image from others, to find images that are there twice.
   * @throws PlaygroundError `file.invalid` when a file cannot be read any more.
   */
  fingerprint(index: number): Promise<string>;
}

/** Describes one of the given files in words. */
export interface OwnFileWords {
  readonly name: string;
  readonly words: string;
}

export interface OwnData {
  readonly title: string;
  readonly classes: readonly string[];
  /** The size of an image as `read` returns it. */
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly sizeBytes: number;
  readonly files: readonly OwnFileWords[];
  /** Decisions that were made while reading, one sentence each. */
  readonly notes: readonly string[];
  /** Only of data that came in one part: all images of each class, and the start of the note that says how they were divided. */
  readonly whole?: { readonly counts: readonly number[]; readonly why: string };
  /** Files that a later opening of the same data can skip. */
  readonly leftOut: readonly LeftOut[];
  /** The paths of hidden system files, which every opening skips. */
  readonly hidden: readonly string[];
  readonly train: OwnPart;
  /** The test part when there is no separate validation part. */
  readonly validation: OwnPart;
  readonly test: OwnPart;
}

/** Progress of opening a data set. */
export interface OwnProgress {
  /** The start of a sentence that says what is being done. */
  readonly task: string;
  /** In `[0, 1]`. */
  readonly share: number;
}

export interface OpenOwnOptions extends Shares {
  readonly seed: number;
  /** Height and width that images, which come in all sizes, are resized to. */
  readonly inputSize: number;
  readonly onProgress?: (progress: OwnProgress) => void;
}
