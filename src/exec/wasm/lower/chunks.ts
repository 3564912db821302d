/** Divides maps into chunks. Only shapes decide how, so that every machine takes sums in the same order. */
import { mapSides, rowSides, type Shape } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { RecordValues } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { chunksOf } from "./lowering.ts";

/**
 * The numbers in a chunk of a call that mostly reads and writes memory: enough that the cost of starting a chunk does not
 * matter, and few enough for a second-level cache.
 */
const CHUNK_NUMBERS = 16_384;
/** The least rows in a chunk that writes sums over its rows, so that the sums take far less memory than the rows. */
const FEWEST_ROWS = 16;
/** With about 32 chunks several threads end at about the same time, and there are few parts to add up. */
const WANTED_CHUNKS = 32;
/**
 * The least numbers in a chunk. A smaller one costs more to start than it saves, even where each number takes much computation.
 */
const FEWEST_NUMBERS = 4096;
/** The most numbers of the map that one band of results reads, so that they stay in the second-level cache. */
const STAGED_NUMBERS = 65_536;

/** Divides the rows of a tensor `[..., channels]`. */
export function rowChunks(shape: Shape): {
  readonly rows: RecordValues<"rowRange">;
  readonly chunks: number;
} {
  const [count, channels] = rowSides(shape);
  const perChunk = Math.max(FEWEST_ROWS, Math.floor(CHUNK_NUMBERS / channels));
  return { rows: { count, channels, perChunk }, chunks: chunksOf(count, perChunk) };
}

/** Divides `count` numbers without regard to rows. A chunk is a multiple of a cache line. */
export function numberChunks(
  count: number,
  perChunk = CHUNK_NUMBERS,
): { readonly numbers: RecordValues<"numberRange">; readonly chunks: number } {
  return { numbers: { count, perChunk }, chunks: chunksOf(count, perChunk) };
}

/** Divides the lines of a batch, into whole images where a chunk takes at least one. */
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
  /** Numbers of `x` that a band reads. */
  readonly staged: number;
}

/** Divides the rows of each image of `y` into bands. The rows of `x` under a band's windows fit into `STAGED_NUMBERS`. */
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

/** Numbers of the rows that a kernel works on at once, so that they stay in the first-level cache. */
export function blockNumbers(channels: number): number {
  return Math.max(4, Math.floor(SIZES.CACHED_NUMBERS / channels)) * channels;
}

/** Numbers of a list of the window's taps, two for each. */
export function listNumbers({ kernel }: Pick<WindowAttributes, "kernel">): number {
  return 2 * kernel[0] * kernel[1];
}
