/** A convolution of 1x1 with a stride: gathers the pixels that it reads, and scatters their gradients. */

import { SamplePixelsCall, SpreadPixelsCall } from "./generated/calls";
import { stageInto } from "./generated/operands";
import { copyValues } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";

/** One chunk is some lines of the result over the whole batch. */
export function samplePixels(call: SamplePixelsCall, chunk: i32, _scratch: usize): void {
  const window = call.window;
  const columns = window.columns;
  const channels = window.channels;
  const bytes = (<usize>channels) << 2;
  const first = chunk * call.linesPerChunk;
  const end = min(window.images * window.rows, first + call.linesPerChunk);
  let target = call.result + <usize>(first * columns) * bytes;
  for (let line = first; line < end; line += 1) {
    const image = line / window.rows;
    const row = (line - image * window.rows) * window.strideY;
    const pixel = (image * window.height + row) * window.width;
    for (let column = 0; column < columns; column += 1) {
      const offset = <usize>(pixel + column * window.strideX) * bytes;
      stageInto(call.x, offset, 1, channels, target);
      target += bytes;
    }
  }
}

/**
 * One chunk is some lines of `dx` over the whole batch.
 *
 * @param scratch rows of the epilogue.
 */
export function spreadPixels(call: SpreadPixelsCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const width = window.width;
  const channels = window.channels;
  const bytes = (<usize>channels) << 2;
  const epilogue = call.epilogue;
  const first = chunk * call.linesPerChunk;
  const lines = min(call.linesPerChunk, window.images * window.height - first);
  const dx = call.dx + <usize>(first * width) * bytes;
  clearValues(dx, lines * width * channels);
  for (let line = 0; line < lines; line += 1) {
    const image = (first + line) / window.height;
    const y = first + line - image * window.height;
    const row = y / window.strideY;
    if (row * window.strideY !== y || row >= window.rows) continue;
    const pixel = (image * window.rows + row) * window.columns;
    const source = call.pixelGradients + <usize>pixel * bytes;
    for (let column = 0; column < window.columns; column += 1) {
      const place = <usize>(line * width + column * window.strideX) * bytes;
      copyValues(dx + place, source + <usize>column * bytes, channels);
    }
  }
  beginGradient(epilogue, chunk, channels);
  finishGradient(epilogue, chunk, first * width, lines * width, channels, dx, scratch);
}
