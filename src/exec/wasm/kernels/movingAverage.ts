/** Moving statistics, which follow those of the batches. */
import { addressAt, floatAt, intAt } from "./shared/record";

/**
 * `moving = moving * keep + batch * take`. The counts are multiples of 4: what pads a buffer is updated too.
 *
 * Arguments: moving, batch, count, keep (float), take (float), numbers of a chunk.
 */
export function movingAverage(record: usize, chunk: i32, _scratch: usize): void {
  const first = chunk * intAt(record, 5);
  const end = (<usize>min(intAt(record, 2), first + intAt(record, 5))) << 2;
  const moving = addressAt(record, 0);
  const batch = addressAt(record, 1);
  const keep = f32x4.splat(floatAt(record, 3));
  const take = f32x4.splat(floatAt(record, 4));
  for (let at = (<usize>first) << 2; at < end; at += 16) {
    const kept = f32x4.mul(v128.load(moving + at), keep);
    v128.store(moving + at, f32x4.add(kept, f32x4.mul(v128.load(batch + at), take)));
  }
}
