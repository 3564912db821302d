/** What every matrix product takes: packed weights, room for its tiles, and results that are summed in parts. */
import type { Call, KernelArguments } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { chunksOf, type Lowering } from "./lowering.ts";

const { TILE_NUMBERS, REDUCED_ROWS, CACHED_NUMBERS } = SIZES;

/** Enough for several threads to end at about the same time. */
export const WANTED_CHUNKS = 24;
/** Columns of panels that a chunk packs. */
const PACKED_COLUMNS = 16;

export const toEight = (count: number) => Math.ceil(count / 8) * 8;
/** Whole tiles of rows. */
export const toTiles = (count: number) => Math.ceil(count / 6) * 6;

/** Numbers of scratch that `multiplyTransposed` takes. */
export const forReduction = (height: number, width: number) =>
  TILE_NUMBERS + REDUCED_ROWS * (toEight(height) + toEight(width));

/** Numbers of scratch for the rows that an epilogue works on: `blockRows` of `kernels/shared/rows.ts`. */
export function finishing(channels: number): number {
  return Math.max(4 * channels, CACHED_NUMBERS);
}

interface Weights {
  readonly weights: number;
  /** Of a group. */
  readonly depth: number;
  readonly columns: number;
  readonly groups: number;
}

export type WeightsOrder = KernelArguments<"packWeights">["order"];

interface WeightsLayout {
  readonly rowBytes: number;
  readonly groupBytes: number;
  readonly order: WeightsOrder;
}

export function pack(
  { weights, depth, columns, groups }: Weights,
  layout: WeightsLayout,
  { shared }: Lowering,
): { readonly call: Call; readonly panels: number } {
  const panels = shared(groups * depth * toEight(columns));
  const chunksPerGroup = chunksOf(columns, PACKED_COLUMNS);
  const range = { columnsPerChunk: PACKED_COLUMNS, chunksPerGroup };
  const call = { depth, columns, weights, ...layout, panels, ...range };
  const chunks = groups * chunksPerGroup;
  return { call: { kernel: "packWeights", chunks, arguments: call }, panels };
}
