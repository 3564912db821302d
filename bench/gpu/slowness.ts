/** Predicts from the networks measured before which entrant would take too long for a step, so that no case takes an hour. */
import type { GpuCase } from "./cases.ts";

export class Slowness {
  readonly #longestStepMs: number;
  /** Milliseconds for each multiply-accumulate, in the largest network so far. */
  readonly #msPerMac = new Map<string, number>();

  constructor(longestStepMs: number) {
    this.#longestStepMs = longestStepMs;
  }

  learn(who: string, { macs }: Pick<GpuCase, "macs">, stepMs: number): void {
    this.#msPerMac.set(who, stepMs / macs);
  }

  /** @returns a sentence; undefined when it may take part. */
  whyLeftOut(who: string, { macs }: Pick<GpuCase, "macs">): string | undefined {
    const foretoldMs = (this.#msPerMac.get(who) ?? 0) * macs;
    if (foretoldMs <= this.#longestStepMs) return undefined;
    const [seconds, limit] = [foretoldMs / 1000, this.#longestStepMs / 1000];
    return `${who} would take about ${Math.round(seconds)} s for a step; the limit is ${limit} s (--longest-step-s).`;
  }
}
