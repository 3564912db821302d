/** The pixels of a map that a stride steps on, brought together, and a gradient spread over them. */
import { clearValues, copyValues } from "./channels";
import {
  channelsOf,
  columnsOf,
  heightOf,
  imagesOf,
  rowsOf,
  strideXOf,
  strideYOf,
  widthOf,
} from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageInto } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";

/**
 * One chunk is some lines of the result over the whole batch.
 *
 * Arguments: window, x (operand), result, lines of a chunk.
 */
export function samplePixels(record: usize, chunk: i32, _scratch: usize): void {
  const g = argumentsAt(record, 0);
  const columns = columnsOf(g);
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const first = chunk * intAt(record, 21);
  const end = min(imagesOf(g) * rowsOf(g), first + intAt(record, 21));
  let target = addressAt(record, 20) + <usize>(first * columns) * bytes;
  for (let line = first; line < end; line += 1) {
    const image = line / rowsOf(g);
    const row = (line - image * rowsOf(g)) * strideYOf(g);
    const pixel = (image * heightOf(g) + row) * widthOf(g);
    for (let column = 0; column < columns; column += 1) {
      const offset = <usize>(pixel + column * strideXOf(g)) * bytes;
      stageInto(argumentsAt(record, 16), offset, 1, channels, target);
      target += bytes;
    }
  }
}

/**
 * One chunk is some lines of `dx` over the whole batch.
 *
 * Arguments: window, gradients of the pixels, dx, lines of a chunk, epilogue (`shared/gradientEpilogue.ts`).
 *
 * @param scratch rows of the epilogue.
 */
export function spreadPixels(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const epilogue = argumentsAt(record, 19);
  const first = chunk * intAt(record, 18);
  const lines = min(intAt(record, 18), imagesOf(g) * heightOf(g) - first);
  const dx = addressAt(record, 17) + <usize>(first * width) * bytes;
  clearValues(dx, lines * width * channels);
  for (let line = 0; line < lines; line += 1) {
    const image = (first + line) / heightOf(g);
    const y = first + line - image * heightOf(g);
    const row = y / strideYOf(g);
    if (row * strideYOf(g) !== y || row >= rowsOf(g)) continue;
    const pixel = (image * rowsOf(g) + row) * columnsOf(g);
    const source = addressAt(record, 16) + <usize>pixel * bytes;
    for (let column = 0; column < columnsOf(g); column += 1) {
      const place = <usize>(line * width + column * strideXOf(g)) * bytes;
      copyValues(dx + place, source + <usize>column * bytes, channels);
    }
  }
  beginGradient(epilogue, chunk, channels);
  finishGradient(epilogue, chunk, first * width, lines * width, channels, dx, scratch);
}
