/**
 * Adds the partial results of chunks in the order of the chunks, so that the sum does not depend on the number of
 * threads.
 */
import { SumPartsCall } from "./generated/calls";

/** One chunk adds some numbers of all parts; how many is a multiple of 4. */
export function sumParts(call: SumPartsCall, chunk: i32, _scratch: usize): void {
  const parts = call.numParts;
  const count = call.numbers.count;
  const perChunk = call.numbers.perChunk;
  const first = chunk * perChunk;
  const bytes = (<usize>(min(count, first + perChunk) - first)) << 2;
  const stride = (<usize>count) << 2;
  const source = call.parts + ((<usize>first) << 2);
  const result = call.result + ((<usize>first) << 2);
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    let from = source + at;
    let sum = v128.load(from);
    for (let part = 1; part < parts; part += 1) {
      from += stride;
      sum = f32x4.add(sum, v128.load(from));
    }
    v128.store(result + at, sum);
  }
  for (; at < bytes; at += 4) {
    let from = source + at;
    let sum = load<f32>(from);
    for (let part = 1; part < parts; part += 1) {
      from += stride;
      sum += load<f32>(from);
    }
    store<f32>(result + at, sum);
  }
}
