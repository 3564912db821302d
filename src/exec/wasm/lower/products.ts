/** What every matrix product needs: packed weights and scratch memory. */
import type { Call, KernelArguments } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { chunksOf, type Lowering } from "./lowering.ts";

const { TILE_NUMBERS, REDUCED_ROWS } = SIZES;

/** With about 24 chunks several threads end at about the same time. */
export const WANTED_CHUNKS = 24;
/** Columns that a chunk packs. */
const PACKED_COLUMNS = 16;

export const toEight = (count: number) => Math.ceil(count / 8) * 8;
/** Rounds up to whole tiles of rows. */
export const toTiles = (count: number) => Math.ceil(count / 6) * 6;

/** Numbers of scratch memory that the kernels' `multiplyTransposed` needs. */
export const forReduction = (height: number, width: number) =>
  TILE_NUMBERS + REDUCED_ROWS * (toEight(height) + toEight(width));

interface Weights {
  readonly weights: number;
  /** `depth` and `columns` are those of one group. */
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
