/** Dropout, forward and backward alike: no mask is stored. */
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * `dropoutBits` of `plan/ops/dropout.ts` defines the mask.
 *
 * Arguments: from, to, count, step, seed, limit (below which bits drop a value), factor (float), numbers of a chunk.
 */
export function dropout(record: usize, chunk: i32, _scratch: usize): void {
  const from = addressAt(record, 0);
  const to = addressAt(record, 1);
  const first = chunk * intAt(record, 7);
  const end = min(intAt(record, 2), first + intAt(record, 7));
  const limit = <u32>intAt(record, 5);
  const factor = floatAt(record, 6);
  const start = mix(mix(<u32>intAt(record, 4)) + load<u32>(addressAt(record, 3)));
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
