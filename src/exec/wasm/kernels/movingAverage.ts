/** Moving averages of the batch statistics. */
import { MovingAverageCall } from "./generated/calls";

/** `moving = moving * momentum + batch * (1 - momentum)`. Counts are multiples of 4, since padding is updated too. */
export function movingAverage(call: MovingAverageCall, chunk: i32, _scratch: usize): void {
  const first = chunk * call.numbers.perChunk;
  const end = (<usize>min(call.numbers.count, first + call.numbers.perChunk)) << 2;
  const moving = call.moving;
  const batch = call.batch;
  const keep = f32x4.splat(call.momentum);
  const take = f32x4.splat(call.oneMinusMomentum);
  for (let at = (<usize>first) << 2; at < end; at += 16) {
    const kept = f32x4.mul(v128.load(moving + at), keep);
    v128.store(moving + at, f32x4.add(kept, f32x4.mul(v128.load(batch + at), take)));
  }
}
