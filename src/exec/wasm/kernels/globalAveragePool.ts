/** The mean over each image's map. One chunk is an image. */

import { GlobalAveragePoolCall, GlobalAveragePoolGradientCall } from "./generated/calls";
import { copyValues } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { stageRows } from "./shared/operand";
import { blockRows } from "./shared/rows";
import { addRows, divideValues } from "./shared/statistics";

/** @param scratch `blockRows` rows. */
export function globalAveragePool(call: GlobalAveragePoolCall, chunk: i32, scratch: usize): void {
  const pixels = call.pixels;
  const channels = call.channels;
  const y = call.y + ((<usize>(chunk * channels)) << 2);
  const block = blockRows(channels);
  clearValues(y, channels);
  for (let pixel = 0; pixel < pixels; pixel += block) {
    const rows = min(block, pixels - pixel);
    const first = chunk * pixels + pixel;
    addRows(stageRows(call.x, first, rows, channels, scratch), rows, channels, y);
  }
  divideValues(y, channels, <f32>pixels);
}

/** @param scratch one row. */
export function globalAveragePoolGradient(
  call: GlobalAveragePoolGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const pixels = call.pixels;
  const channels = call.channels;
  const bytes = (<usize>channels) << 2;
  copyValues(scratch, call.dy + <usize>chunk * bytes, channels);
  divideValues(scratch, channels, <f32>pixels);
  let dx = call.dx + <usize>(chunk * pixels) * bytes;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    copyValues(dx, scratch, channels);
    dx += bytes;
  }
}
