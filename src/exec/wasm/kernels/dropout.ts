/** Dropout, the same for the forward and the backward pass, since the mask is computed again instead of stored. */
import { DropoutCall } from "./generated/calls";

/** `dropoutBits` of `plan/ops/dropout.ts` defines the mask. Values whose bits are below `limit` are dropped. */
export function dropout(call: DropoutCall, chunk: i32, _scratch: usize): void {
  const from = call.from;
  const to = call.to;
  const first = chunk * call.numbers.perChunk;
  const end = min(call.numbers.count, first + call.numbers.perChunk);
  const limit = call.limit;
  const factor = call.factor;
  const start = mix(mix(call.seed) + load<u32>(call.step));
  for (let place = first; place < end; place += 1) {
    const at = (<usize>place) << 2;
    const bits = mix(start + <u32>place);
    store<f32>(to + at, bits >= limit ? load<f32>(from + at) * factor : 0);
  }
}

function mix(value: u32): u32 {
  let bits = value;
  bits = (bits ^ (bits >> 16)) * 0x7feb352d;
  bits = (bits ^ (bits >> 15)) * 0x846ca68b;
  return bits ^ (bits >> 16);
}
