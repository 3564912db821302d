/** Copies lines of a map into the larger one around it, or out of it. One chunk is some lines of the result. */

import { CutLinesCall, PadLinesCall } from "./generated/calls";
import { clearValues } from "./shared/channels";

export function padLines(call: PadLinesCall, chunk: i32, _scratch: usize): void {
  const height = call.height;
  const outerHeight = call.outerHeight;
  const outerWidth = call.outerWidth;
  const channels = call.channels;
  const pixelBytes = (<usize>channels) << 2;
  const innerBytes = <usize>call.width * pixelBytes;
  const end = min(call.images * outerHeight, (chunk + 1) * call.linesPerChunk);
  for (let line = chunk * call.linesPerChunk; line < end; line += 1) {
    const image = line / outerHeight;
    const row = line - image * outerHeight - call.top;
    const target = call.outer + <usize>(line * outerWidth) * pixelBytes;
    clearValues(target, outerWidth * channels);
    if (row < 0 || row >= height) continue;
    const source = call.inner + <usize>(image * height + row) * innerBytes;
    memory.copy(target + <usize>call.left * pixelBytes, source, innerBytes);
  }
}

export function cutLines(call: CutLinesCall, chunk: i32, _scratch: usize): void {
  const height = call.height;
  const pixelBytes = (<usize>call.channels) << 2;
  const innerBytes = <usize>call.width * pixelBytes;
  const end = min(call.images * height, (chunk + 1) * call.linesPerChunk);
  for (let line = chunk * call.linesPerChunk; line < end; line += 1) {
    const image = line / height;
    const row = image * call.outerHeight + line - image * height + call.top;
    const source = row * call.outerWidth + call.left;
    const target = call.inner + <usize>line * innerBytes;
    memory.copy(target, call.outer + <usize>source * pixelBytes, innerBytes);
  }
}
