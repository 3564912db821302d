/**
 * In how many submits a list of dispatches runs. One, where the device does it in 50 ms; where it takes longer the page could
 * not draw meanwhile, so the list is cut, where its second and third run show that the time goes. Bits and objects stay the
 * same. It refuses to know what the dispatches compute.
 */
import type { BoundList } from "./computeDevice.ts";

/** Three frames of a screen: what a person hardly notices. */
export const LONGEST_SUBMIT_MS = 50;
/** Pieces that a submit is made of, so that cuts fall where they should. */
const PIECES_A_SUBMIT = 4;

export interface Submitter {
  /** Hands the lists over as one submit. Resolves when more may follow. */
  submit(...lists: readonly BoundList[]): Promise<void>;
  /** The same, alone on the device. @returns milliseconds until the device has done it. */
  time(...lists: readonly BoundList[]): Promise<number>;
}

export class PacedList {
  readonly #longestMs: number;
  #parts: readonly BoundList[];
  /** The first run warms up, the second is timed as a whole, a third by pieces where the second took too long. */
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

/** Into so many lists of as many dispatches each, as far as there are any. */
function cut(list: BoundList, count: number): readonly BoundList[] {
  const length = Math.ceil(list.length / count);
  const starts = Array.from({ length: Math.ceil(list.length / length) }, (_, at) => at * length);
  return starts.map((start) => list.slice(start, start + length));
}

/** As few lists as keep below the limit together, those that exceed it alone apart. */
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
