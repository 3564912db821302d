/** Swaps two axes. One chunk is some rows of the result, which are copied whole. */
import { SwapAxesCall } from "./generated/calls";

export function swapAxes(call: SwapAxesCall, chunk: i32, _scratch: usize): void {
  const x = call.x;
  const y = call.y;
  const a = call.a;
  const b = call.b;
  const bytes = (<usize>call.rows.channels) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const line = r / a;
    const i = r - line * a;
    const outer = line / b;
    const j = line - outer * b;
    const source = x + <usize>((outer * a + i) * b + j) * bytes;
    const target = y + <usize>r * bytes;
    if (bytes === 4) store<f32>(target, load<f32>(source));
    else memory.copy(target, source, bytes);
  }
}
