/** Packs the weights of a matrix product into panels of eight columns, before any row is multiplied. */
import { PackWeightsCall, WeightsOrder } from "./generated/calls";
import { packPanels, packTransposed } from "./shared/panels";

/** One chunk packs some panels of one group. */
export function packWeights(call: PackWeightsCall, chunk: i32, _scratch: usize): void {
  const depth = call.depth;
  const columns = call.columns;
  const stride = <usize>call.rowBytes;
  const width = call.columnsPerChunk;
  const chunksOfGroup = call.chunksPerGroup;
  const group = chunk / chunksOfGroup;
  const weights = call.weights + <usize>(group * call.groupBytes);
  const panelBytes = (<usize>(depth * ((columns + 7) & ~7))) << 2;
  const panels = call.panels + <usize>group * panelBytes;
  const first = (chunk - group * chunksOfGroup) * width;
  const end = min(columns, first + width);
  const order = call.order;
  if (order === WeightsOrder.turned)
    packTurned(depth, columns, first, end, weights, stride, panels);
  else if (order === WeightsOrder.transposed)
    packTransposed(depth, first, end, weights, stride, panels);
  else packPanels(depth, first, end, weights, stride, panels);
}

/**
 * Packs a filter rotated by 180 degrees with input and output channels exchanged: each tap transposed, the last one
 * first.
 */
function packTurned(
  depth: i32,
  columns: i32,
  first: i32,
  end: i32,
  weights: usize,
  stride: usize,
  panels: usize,
): void {
  const filters = <i32>(stride >> 2);
  const taps = depth / filters;
  for (let column = first; column < end; column += 8) {
    for (let tap = 0; tap < taps; tap += 1) {
      const source = weights + <usize>((taps - 1 - tap) * columns) * stride;
      const before = <usize>(column * (depth - filters) + 8 * tap * filters);
      packTransposed(filters, column, min(end, column + 8), source, stride, panels + (before << 2));
    }
  }
}
