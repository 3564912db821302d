/** Multiplies two tensors element by element. One chunk is some numbers. */

import { MultiplyCall } from "./generated/calls";
import { endOf, startOf } from "./shared/optimizer";

export function multiply(call: MultiplyCall, chunk: i32, _scratch: usize): void {
  const x = call.x;
  const factor = call.factor;
  const y = call.y;
  const end = endOf(chunk, call.numbers.perChunk, call.numbers.count);
  for (let at = startOf(chunk, call.numbers.perChunk); at < end; at += 16)
    v128.store(y + at, f32x4.mul(v128.load(x + at), v128.load(factor + at)));
}
