/**
 * Seeded random numbers. Everything random in a run comes from one seed through named streams. So, for example, the order of
 * the images stays the same when a layer is added to the network.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

export interface RandomStream {
  /** Returns a uniform integer in `[0, limit)`. `limit` must be a positive integer below 2^32. */
  nextInteger(limit: number): number;
  /** Returns a uniform float in `[0, 1)` with 53 random bits. */
  nextFloat(): number;
  /** The state from which `resumedStream` goes on. */
  readonly state: readonly number[];
}

/**
 * Returns the random stream `name` of a run's `seed`. The same pair always gives the same numbers; different names give
 * unrelated ones.
 */
export function randomStream(seed: number, name: string): RandomStream {
  return streamOf(xoroshiro128plus(hash32(`${seed}/${name}`)));
}

/** Returns a stream that goes on from the `state` of another one. */
export function resumedStream(state: readonly number[]): RandomStream {
  return streamOf(xoroshiro128plusFromState(state));
}

function streamOf(generator: ReturnType<typeof xoroshiro128plus>): RandomStream {
  return {
    nextInteger: (limit) => uniformInt(generator, 0, limit - 1),
    nextFloat: () => uniformFloat64(generator),
    get state() {
      return generator.getState();
    },
  };
}

/** Shuffles `items` in place (Fisher-Yates, Durstenfeld's order) and returns it. */
export function shuffleInPlace<T extends { length: number; [index: number]: number }>(
  items: T,
  random: RandomStream,
): T {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const chosen = random.nextInteger(last + 1);
    const swapped = items[last] as number;
    items[last] = items[chosen] as number;
    items[chosen] = swapped;
  }
  return items;
}

/** The FNV-1a hash over UTF-16 code units, which turns a name into a seed. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
