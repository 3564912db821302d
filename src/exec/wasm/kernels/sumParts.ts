/** Partial results of chunks, added in the order of the chunks: the same sum for every number of threads. */
import { addressAt, intAt } from "./shared/record";

/** Arguments: parts, numbers of a part, parts' address, result, numbers of a chunk (a multiple of 4). */
export function sumParts(record: usize, chunk: i32, _scratch: usize): void {
  const parts = intAt(record, 0);
  const count = intAt(record, 1);
  const perChunk = intAt(record, 4);
  const first = chunk * perChunk;
  const bytes = (<usize>(min(count, first + perChunk) - first)) << 2;
  const stride = (<usize>count) << 2;
  const source = addressAt(record, 2) + ((<usize>first) << 2);
  const result = addressAt(record, 3) + ((<usize>first) << 2);
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
