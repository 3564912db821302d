/** Dense layers and 1x1 convolutions: one matrix product over all pixels, in blocks of rows. */
import { addRowVector } from "./channels";
import { multiplyRows, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";


/**
 * `y = x kernel + bias`, or `dx = dy kernel^T`: whichever the panels hold. One chunk is a block of rows.
 *
 * Arguments: rows, depth, columns, the left factor (operand), panels, bias or 0, result, rows of a chunk.
 *
 * @param scratch a tile of 64 numbers, then the chunk's rows of the left factor.
 */
export function dense(record: usize, chunk: i32, scratch: usize): void {
  const depth = intAt(record, 1);
  const columns = intAt(record, 2);
  const bias = addressAt(record, 8);
  const first = chunk * intAt(record, 10);
  const rows = min(intAt(record, 10), intAt(record, 0) - first);
  const left = stageRows(argumentsAt(record, 3), first, rows, depth, scratch + 256);
  const width = (<usize>columns) << 2;
  const target = addressAt(record, 9) + <usize>first * width;
  const panels = addressAt(record, 7);
  multiplyRows(rows, depth, columns, left, (<usize>depth) << 2, panels, target, width, scratch);
  if (bias) addRowVector(target, rows, columns, bias);
}

/**
 * `dkernel = x^T dy`. One chunk is some rows of the result, summed over one part of the rows of `x` and `dy`; the
 * parts lie one behind the other, for `sumParts`.
 *
 * Arguments: rows, features, units, x (operand), dy (operand), parts, rows of a part, features of a chunk, chunks of a
 * part.
 *
 * @param scratch as `multiplyTransposed` for a chunk, then `REDUCED_ROWS` rows of `x` and of `dy`.
 */
export function denseKernelGradient(record: usize, chunk: i32, scratch: usize): void {
  const features = intAt(record, 1);
  const units = intAt(record, 2);
  const perPart = intAt(record, 12);
  const wide = intAt(record, 13);
  const part = chunk / intAt(record, 14);
  const feature = (chunk - part * intAt(record, 14)) * wide;
  const own = min(wide, features - feature);
  const end = min(intAt(record, 0), (part + 1) * perPart);
  const strideX = (<usize>features) << 2;
  const strideY = (<usize>units) << 2;
  const result = addressAt(record, 11) + <usize>(part * features + feature) * strideY;
  const stagedX = scratch + 256 + ((<usize>(((own + 7) & ~7) + ((units + 7) & ~7)) * REDUCED_ROWS) << 2);
  const stagedY = stagedX + <usize>REDUCED_ROWS * strideX;
  for (let row = part * perPart; row < end; row += REDUCED_ROWS) {
    const rows = min(REDUCED_ROWS, end - row);
    const x = stageRows(argumentsAt(record, 3), row, rows, features, stagedX);
    const dy = stageRows(argumentsAt(record, 7), row, rows, units, stagedY);
    multiplyTransposed(
      rows,
      own,
      units,
      x + ((<usize>feature) << 2),
      strideX,
      dy,
      strideY,
      result,
      strideY,
      row > part * perPart,
      scratch,
    );
  }
}
