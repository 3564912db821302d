/** What every matrix product takes: packed weights, room for its tiles, and results that are summed in parts. */
import { type Call, chunksOf, type Lowering } from "./lowering.ts";

/** Of `kernels/shared/gemm.ts`: numbers of a tile, rows that are summed at once. */
export const TILE = 64;
export const REDUCED_ROWS = 384;
/** Rows of the left factor that are multiplied at once. */
export const BLOCK = 96;

/** Enough for several threads to end at about the same time. */
export const WANTED_CHUNKS = 24;
/** Columns of panels that a chunk packs. */
const PACKED_COLUMNS = 16;
/** Numbers that a chunk of `sumParts` adds, a multiple of 4. */
const SUMMED_NUMBERS = 2048;

export const toEight = (count: number) => Math.ceil(count / 8) * 8;
/** Whole tiles of rows. */
export const toTiles = (count: number) => Math.ceil(count / 6) * 6;

/** Numbers of scratch that `multiplyTransposed` takes. */
export const forReduction = (height: number, width: number) =>
  TILE + REDUCED_ROWS * (toEight(height) + toEight(width));

/** Numbers of scratch for the rows that an epilogue works on: `blockRows` of `kernels/shared/rows.ts`. */
export function finishing(channels: number): number {
  return Math.max(4 * channels, 2048);
}

/** Where the parts of a result go, and what adds them up: nothing where there is only one. */
export function summed(
  { address, count }: { readonly address: number; readonly count: number },
  parts: number,
  { shared }: Lowering,
): { readonly partials: number; readonly sums: readonly Call[] } {
  if (parts === 1) return { partials: address, sums: [] };
  const partials = shared(parts * count);
  const args = [parts, count, partials, address, SUMMED_NUMBERS];
  const chunks = chunksOf(count, SUMMED_NUMBERS);
  return { partials, sums: [{ kernel: "sumParts", chunks, args }] };
}

interface Weights {
  readonly weights: number;
  /** Of a group. */
  readonly depth: number;
  readonly columns: number;
  readonly groups: number;
}

/** In the order of their numbers in `kernels/packWeights.ts`. */
const ORDERS = ["as it lies", "transposed", "turned"] as const;
export type WeightsOrder = (typeof ORDERS)[number];

interface WeightsLayout {
  readonly rowBytes: number;
  readonly groupBytes: number;
  readonly order: WeightsOrder;
}

export function pack(
  { weights, depth, columns, groups }: Weights,
  { rowBytes, groupBytes, order }: WeightsLayout,
  { shared }: Lowering,
): { readonly call: Call; readonly panels: number } {
  const panels = shared(groups * depth * toEight(columns));
  const chunks = chunksOf(columns, PACKED_COLUMNS);
  const layout = [rowBytes, groupBytes, panels, ORDERS.indexOf(order), PACKED_COLUMNS, chunks];
  const args = [depth, columns, weights, ...layout];
  return { call: { kernel: "packWeights", chunks: groups * chunks, args }, panels };
}
