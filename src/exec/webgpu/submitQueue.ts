/** Hands lists to the device in as many submits as their time asks for (`pacing.ts`); only few wait there. */
import type { Phase } from "../../plan/buffers.ts";
import { PacedList, type Submitter } from "./pacing.ts";
import type { BoundList, WebgpuMachine } from "./webgpuMachine.ts";

/** The lists of one of a plan's programs. */
export type ProgramLists = ReadonlyMap<Phase, BoundList>;

/** Submits that may wait on the device, so that a run can be paused and its memory stays small. */
const MOST_WAITING = 2;

export class SubmitQueue {
  readonly #machine: WebgpuMachine;
  readonly #longestSubmitMs: number;
  readonly #paced = new Map<ProgramLists, PacedList>();
  readonly #waiting: Promise<void>[] = [];

  constructor(machine: WebgpuMachine, longestSubmitMs: number) {
    this.#machine = machine;
    this.#longestSubmitMs = longestSubmitMs;
  }

  /** @param before runs first, within the first submit. Resolves when more may follow. */
  async run(lists: ProgramLists, before: BoundList): Promise<void> {
    const paced =
      this.#paced.get(lists) ?? new PacedList([...lists.values()].flat(), this.#longestSubmitMs);
    this.#paced.set(lists, paced);
    await paced.run(this.#submitter, before);
  }

  readonly #submitter: Submitter = {
    submit: async (...lists) => {
      this.#machine.run(...lists);
      const finished = this.#machine.finish();
      // Told by the wait below or by the next call; until then it must not count as unhandled.
      finished.catch(() => {});
      this.#waiting.push(finished);
      if (this.#waiting.length > MOST_WAITING) await this.#waiting.shift();
    },
    time: async (...lists) => {
      await Promise.all(this.#waiting.splice(0));
      await this.#machine.finish();
      const started = performance.now();
      this.#machine.run(...lists);
      await this.#machine.finish();
      return performance.now() - started;
    },
  };
}
