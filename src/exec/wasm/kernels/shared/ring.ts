/**
 * Three lines of a map at a time, as a 3x3 window needs them, by groups of channels. A fourth line is all zeros and
 * stands for what lies above and below the map.
 */
import { channelsOf, heightOf, widthOf } from "./geometry";
import { groupsOf, stageGroups } from "./groups";

const LINES: i32 = 3;

function lineBytes(g: usize): usize {
  return (<usize>(groupsOf(channelsOf(g)) * widthOf(g))) << 4;
}

/** To be called once a chunk. @param ring room for four lines. */
export function clearRing(ring: usize, g: usize): void {
  memory.fill(ring + <usize>LINES * lineBytes(g), 0, lineBytes(g));
}

export function lineAt(ring: usize, g: usize, row: i32): usize {
  const isOutside = row < 0 || row >= heightOf(g);
  return ring + <usize>(isOutside ? LINES : row % LINES) * lineBytes(g);
}

/** Brings in the lines around a line of the batch, where these come in order from a first one on. */
export function turnRing(ring: usize, g: usize, operand: usize, line: i32, isFirst: bool): void {
  const width = widthOf(g);
  const row = line % heightOf(g);
  const start = isFirst || row === 0 ? max(0, row - 1) : row + 1;
  for (let next = start; next < min(heightOf(g), row + 2); next += 1) {
    const pixel = (line - row + next) * width;
    stageGroups(operand, pixel, width, channelsOf(g), lineAt(ring, g, next));
  }
}
