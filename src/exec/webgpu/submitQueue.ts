/** Submits lists to the device in as many submits as their time requires (`pacing.ts`), and limits how many wait there. */
import type { Phase } from "../../plan/buffers.ts";
import type { BoundList, ComputeDevice } from "./computeDevice.ts";
import { PacedList, type Submitter } from "./pacing.ts";

/** The lists of one of a plan's programs. */
export type ProgramLists = ReadonlyMap<Phase, BoundList>;

/** The maximum number of submits that may wait on the device, so that a run can be paused soon and its memory stays small. */
const MOST_WAITING = 2;

export class SubmitQueue {
  readonly #compute: ComputeDevice;
  readonly #longestSubmitMs: number;
  readonly #paced = new Map<ProgramLists, PacedList>();
  readonly #waiting: Promise<void>[] = [];

  constructor(compute: ComputeDevice, longestSubmitMs: number) {
    this.#compute = compute;
    this.#longestSubmitMs = longestSubmitMs;
  }

  /**
   * Resolves when more work may follow.
   * @param before runs first, within the first submit.
   */
  async run(lists: ProgramLists, before: BoundList): Promise<void> {
    const paced =
      this.#paced.get(lists) ?? new PacedList([...lists.values()].flat(), this.#longestSubmitMs);
    this.#paced.set(lists, paced);
    await paced.run(this.#submitter, before);
  }

  readonly #submitter: Submitter = {
    submit: async (...lists) => {
      this.#compute.run(...lists);
      const finished = this.#compute.finish();
      // The wait below or the next call throws this error. Until then it must not count as an unhandled rejection.
      finished.catch(() => {});
      this.#waiting.push(finished);
      if (this.#waiting.length > MOST_WAITING) await this.#waiting.shift();
    },
    time: async (...lists) => {
      await Promise.all(this.#waiting.splice(0));
      await this.#compute.finish();
      const started = performance.now();
      this.#compute.run(...lists);
      await this.#compute.finish();
      return performance.now() - started;
    },
  };
}
