/** Computes the gradient of a fused activation. Its value is `storeRows`, and the other activations have printed kernels. */
import { MaskedGradientCall } from "./generated/calls";
import { maskValues } from "./generated/masks";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { blockRows } from "./shared/rows";

/** @param scratch two blocks of `blockRows` rows. */
export function maskedGradient(call: MaskedGradientCall, chunk: i32, scratch: usize): void {
  const channels = call.rows.channels;
  const bytes = (<usize>channels) << 2;
  const start = chunk * call.rows.perChunk;
  const end = min(call.rows.count, start + call.rows.perChunk);
  const epilogue = call.epilogue;
  const block = blockRows(channels);
  const other = scratch + <usize>block * bytes;
  beginGradient(epilogue, chunk, channels);
  for (let first = start; first < end; first += block) {
    const rows = min(block, end - first);
    const offset = <usize>first * bytes;
    const y = stageRows(call.y, first, rows, channels, scratch);
    const dx = call.dx + offset;
    maskValues(call.activation, dx, call.dy + offset, y, rows * channels);
    finishGradient(epilogue, chunk, first, rows, channels, dx, other);
  }
}
