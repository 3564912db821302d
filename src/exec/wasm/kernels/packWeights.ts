/** The weights' side of a matrix product, laid out in panels of eight columns before any row is multiplied. */
import { packPanels, packTransposed } from "./shared/gemm";
import { addressAt, intAt } from "./shared/record";

/**
 * One chunk packs some panels of one group.
 *
 * Arguments: depth and columns of a group, weights, bytes from row to row and from group to group, panels, whether the
 * weights lie transposed, columns of a chunk, chunks of a group.
 */
export function packWeights(record: usize, chunk: i32, _scratch: usize): void {
  const depth = intAt(record, 0);
  const columns = intAt(record, 1);
  const stride = <usize>intAt(record, 3);
  const width = intAt(record, 7);
  const chunksOfGroup = intAt(record, 8);
  const group = chunk / chunksOfGroup;
  const weights = addressAt(record, 2) + <usize>(group * intAt(record, 4));
  const panelBytes = (<usize>(depth * ((columns + 7) & ~7))) << 2;
  const panels = addressAt(record, 5) + <usize>group * panelBytes;
  const first = (chunk - group * chunksOfGroup) * width;
  const end = min(columns, first + width);
  if (intAt(record, 6)) packTransposed(depth, first, end, weights, stride, panels);
  else packPanels(depth, first, end, weights, stride, panels);
}
