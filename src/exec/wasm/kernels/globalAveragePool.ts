/** The mean over each image's map. One chunk is an image. */
import { clearValues, copyValues } from "./channels";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { blockRows } from "./shared/rows";
import { addRows, divideValues } from "./shared/statistics";

/**
 * Arguments: x (operand), pixels of an image, channels, y.
 *
 * @param scratch `blockRows` rows.
 */
export function globalAveragePool(record: usize, chunk: i32, scratch: usize): void {
  const pixels = intAt(record, 4);
  const channels = intAt(record, 5);
  const y = addressAt(record, 6) + ((<usize>(chunk * channels)) << 2);
  const block = blockRows(channels);
  clearValues(y, channels);
  for (let pixel = 0; pixel < pixels; pixel += block) {
    const rows = min(block, pixels - pixel);
    const first = chunk * pixels + pixel;
    addRows(stageRows(argumentsAt(record, 0), first, rows, channels, scratch), rows, channels, y);
  }
  divideValues(y, channels, <f32>pixels);
}

/**
 * Arguments: dy, pixels of an image, channels, dx.
 *
 * @param scratch one row.
 */
export function globalAveragePoolGradient(record: usize, chunk: i32, scratch: usize): void {
  const pixels = intAt(record, 1);
  const channels = intAt(record, 2);
  const bytes = (<usize>channels) << 2;
  copyValues(scratch, addressAt(record, 0) + <usize>chunk * bytes, channels);
  divideValues(scratch, channels, <f32>pixels);
  let dx = addressAt(record, 3) + <usize>(chunk * pixels) * bytes;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    copyValues(dx, scratch, channels);
    dx += bytes;
  }
}
