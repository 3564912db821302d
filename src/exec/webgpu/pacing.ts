/**
 * Decides in how many submits a list of dispatches runs. It is one if the device takes at most 50 ms. A longer submit would
 * prevent the page from drawing, so the list is cut where its second and third runs show that the time is spent. Bits and
 * device objects stay the same. The contents of the dispatches do not matter here.
 */
import type { BoundList } from "./computeDevice.ts";

/** Three frames of a screen, which a person hardly notices. */
export const LONGEST_SUBMIT_MS = 50;
/** The number of pieces per submit, so that cuts can be placed precisely. */
const PIECES_A_SUBMIT = 4;

export interface Submitter {
  /** Submits the lists together. Resolves when more may follow. */
  submit(...lists: readonly BoundList[]): Promise<void>;
  /**
   * Does the same alone on the device.
   * @returns milliseconds until the device has finished.
   */
  time(...lists: readonly BoundList[]): Promise<number>;
}

export class PacedList {
  readonly #longestMs: number;
  #parts: readonly BoundList[];
  /** The first run warms up. The second is timed as a whole. A third is timed in pieces if the second took too long. */
  #learns: "nothing" | "whole" | "pieces" | "done" = "nothing";

  constructor(list: BoundList, longestMs: number = LONGEST_SUBMIT_MS) {
    this.#longestMs = longestMs;
    this.#parts = [list];
  }

  /** @param before runs first, within the first submit. */
  async run({ submit, time }: Submitter, before: BoundList = []): Promise<void> {
    const times: number[] = [];
    for (const [index, part] of this.#parts.entries()) {
      const lists = index === 0 ? [before, part] : [part];
      if (this.#learns === "whole" || this.#learns === "pieces") times.push(await time(...lists));
      else await submit(...lists);
    }
    this.#learn(times);
  }

  #learn(times: readonly number[]): void {
    if (this.#learns === "nothing") this.#learns = "whole";
    else if (this.#learns === "whole") {
      const numSubmits = Math.ceil((times[0] ?? 0) / this.#longestMs);
      this.#learns = numSubmits > 1 ? "pieces" : "done";
      if (numSubmits > 1) this.#parts = cut(this.#parts.flat(), numSubmits * PIECES_A_SUBMIT);
    } else if (this.#learns === "pieces") {
      this.#parts = joined(this.#parts, times, this.#longestMs);
      this.#learns = "done";
    }
  }
}

/** Cuts into this many lists with equal numbers of dispatches, as far as there are any. */
function cut(list: BoundList, count: number): readonly BoundList[] {
  const length = Math.ceil(list.length / count);
  const starts = Array.from({ length: Math.ceil(list.length / length) }, (_, at) => at * length);
  return starts.map((start) => list.slice(start, start + length));
}

/** Joins consecutive pieces to as few lists as stay below the limit. A piece that exceeds it alone is a separate list. */
function joined(
  pieces: readonly BoundList[],
  times: readonly number[],
  longestMs: number,
): readonly BoundList[] {
  const parts: BoundList[] = [];
  let room = 0;
  for (const [index, piece] of pieces.entries()) {
    const ms = times[index] ?? 0;
    const last = parts.pop();
    if (last !== undefined && ms <= room) {
      parts.push([...last, ...piece]);
      room -= ms;
    } else {
      if (last !== undefined) parts.push(last);
      parts.push(piece);
      room = longestMs - ms;
    }
  }
  return parts;
}
