/** Describes a data set as plain data, which the worker sends to the page. */
import type { Channels } from "./pixelBatch.ts";

export type DataSetName = "fashion-mnist" | "starter" | "mnist" | "arrays" | "csv" | "images";

export interface DataSetDescription {
  readonly id: DataSetName;
  readonly title: string;
  readonly classes: readonly string[];
  readonly numTrain: number;
  readonly numTest: number;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** The sum of all shards of both parts, compressed. */
  readonly sizeBytes: number;
  readonly numShards: number;
  /** Why this set replaces the one that was asked for; empty if it is the one that was asked for. */
  readonly fallbackReason: string;
  /** Only of a data set that a person brought. */
  readonly own?: OwnDataDescription | undefined;
}

/** What was found in a person's own files. */
export interface OwnDataDescription {
  readonly files: readonly { readonly name: string; readonly words: string }[];
  /** Decisions that were made while reading, one sentence each. */
  readonly notes: readonly string[];
  /** `[classes]`: the number of images of each class. */
  readonly trainCounts: readonly number[];
  readonly testCounts: readonly number[];
  /** Only of data that came in one part: all images of each class, and the start of the note on how they are divided. */
  readonly whole?: { readonly counts: readonly number[]; readonly why: string } | undefined;
  /** Of all files. Undefined before they have been inspected. */
  readonly checksum?: string | undefined;
}
