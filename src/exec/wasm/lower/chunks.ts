/** How maps divide into chunks. Only shapes decide, so that sums are taken in the same order on every machine. */
import { mapSides, rowSides, type Shape } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { RecordValues } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { chunksOf } from "./lowering.ts";

/** Numbers of a chunk that only passes over memory: long beside its start, and at home in a second-level cache. */
const CHUNK_NUMBERS = 16_384;
/** Of a chunk that leaves sums of its rows, which should be far smaller than what was summed. */
const FEWEST_ROWS = 16;
/** Enough for several threads to end at about the same time, and few enough for the parts of their sums. */
const WANTED_CHUNKS = 32;
/** Numbers below which a chunk that computes a lot is not worth its start. */
const FEWEST_NUMBERS = 4096;
/** Numbers of rows that wait in the second-level cache for a window to pass over them. */
const STAGED_NUMBERS = 65_536;

/** The rows of a tensor `[..., channels]`. */
export function rowChunks(shape: Shape): {
  readonly rows: RecordValues<"rowRange">;
  readonly chunks: number;
} {
  const [count, channels] = rowSides(shape);
  const perChunk = Math.max(FEWEST_ROWS, Math.floor(CHUNK_NUMBERS / channels));
  return { rows: { count, channels, perChunk }, chunks: chunksOf(count, perChunk) };
}

/** `count` numbers that have no rows. A chunk is a multiple of a cache line. */
export function numberChunks(
  count: number,
  perChunk = CHUNK_NUMBERS,
): { readonly numbers: RecordValues<"numberRange">; readonly chunks: number } {
  return { numbers: { count, perChunk }, chunks: chunksOf(count, perChunk) };
}

/** Of a batch's lines: whole images where a chunk takes as much as one. */
export function lineChunks(shape: Shape): {
  readonly linesPerChunk: number;
  readonly chunks: number;
} {
  const [images, height, width, channels] = mapSides(shape);
  const least = Math.ceil(FEWEST_NUMBERS / (width * channels));
  const wanted = Math.max(least, Math.ceil((images * height) / WANTED_CHUNKS));
  const linesPerChunk = wanted < height ? wanted : Math.floor(wanted / height) * height;
  return { linesPerChunk, chunks: chunksOf(images * height, linesPerChunk) };
}

interface Bands {
  readonly bands: RecordValues<"bandRange">;
  readonly chunks: number;
  /** Numbers of `x` under a band. */
  readonly staged: number;
}

/** Of the rows of each image of `y`, by what a window reads of `x`. */
export function bandChunks(
  { kernel, strides, dilation }: WindowAttributes,
  x: Shape,
  y: Shape,
): Bands {
  const [, height, width, channels] = mapSides(x);
  const [images, rows] = mapSides(y);
  const reach = (kernel[0] - 1) * dilation[0] + 1;
  const fitting = Math.floor((STAGED_NUMBERS / (width * channels) - reach) / strides[0]) + 1;
  const bandRows = Math.max(1, Math.min(rows, fitting));
  const perImage = chunksOf(rows, bandRows);
  const under = Math.min(height, (bandRows - 1) * strides[0] + reach);
  return {
    bands: { rows: bandRows, perImage },
    chunks: images * perImage,
    staged: under * width * channels,
  };
}

/** Numbers of the rows that kernels take at once where those stay in the first-level cache. */
export function blockNumbers(channels: number): number {
  return Math.max(4, Math.floor(SIZES.CACHED_NUMBERS / channels)) * channels;
}
