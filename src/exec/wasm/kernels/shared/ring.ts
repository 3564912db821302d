/**
 * A ring buffer of the three lines that a 3x3 window needs at a time, in the layout of `groups.ts`. A fourth line is
 * all zeros and stands for the lines above and below the map.
 */
import { Operand, SlidingWindow } from "../generated/calls";
import { stageGroups } from "../generated/operands";
import { groupsOf } from "./groups";

const LINES: i32 = 3;

function lineBytes(window: SlidingWindow): usize {
  return (<usize>(groupsOf(window.channels) * window.width)) << 4;
}

/**
 * A kernel calls this once for each chunk.
 *
 * @param ring room for four lines.
 */
export function clearRing(ring: usize, window: SlidingWindow): void {
  memory.fill(ring + <usize>LINES * lineBytes(window), 0, lineBytes(window));
}

export function lineAt(ring: usize, window: SlidingWindow, row: i32): usize {
  const isOutside = row < 0 || row >= window.height;
  return ring + <usize>(isOutside ? LINES : row % LINES) * lineBytes(window);
}

/** Loads the lines around a line of the batch that the ring does not hold yet. Lines must come in order. */
export function turnRing(
  ring: usize,
  window: SlidingWindow,
  operand: Operand,
  line: i32,
  isFirst: bool,
): void {
  const width = window.width;
  const row = line % window.height;
  const start = isFirst || row === 0 ? max(0, row - 1) : row + 1;
  for (let next = start; next < min(window.height, row + 2); next += 1) {
    const pixel = (line - row + next) * width;
    stageGroups(operand, pixel, width, window.channels, lineAt(ring, window, next));
  }
}
