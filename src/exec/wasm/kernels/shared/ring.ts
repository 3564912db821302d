/**
 * Three lines of a map at a time, as a 3x3 window needs them: each with a pixel of zeros before it and enough of them
 * behind for tiles of four places. A fourth line is all zeros and stands for what lies above and below the map.
 */
import { channelsOf, heightOf, widthOf } from "./geometry";
import { stageInto } from "./operand";

const LINES: i32 = 3;
/** A third of the sets of a first-level cache: lines at such distances never meet, whatever the channels. */
const PAGE: usize = 4096;
const THIRD: usize = 1344;

export function lineBytes(width: i32, channels: i32): usize {
  const pixels = ((width + 3) & ~3) + 2;
  // A last vector of channels may reach over the end.
  const bytes = ((<usize>(pixels * channels)) << 2) + 16;
  return (bytes / PAGE) * PAGE + THIRD + (bytes % PAGE > THIRD ? PAGE : 0);
}

/** To be called once a chunk: zeros stay where they are. @param ring room for four lines. */
export function clearRing(ring: usize, width: i32, channels: i32): void {
  memory.fill(ring, 0, <usize>(LINES + 1) * lineBytes(width, channels));
}

/** A line of the map: its pixel at the left, which is zeros, comes first. */
export function lineAt(ring: usize, row: i32, height: i32, bytes: usize): usize {
  const outside = row < 0 || row >= height;
  return ring + <usize>(outside ? LINES : row % LINES) * bytes;
}

/** Brings in the lines around a line of the batch, where these come in order from a first one on. */
export function turnRing(ring: usize, g: usize, operand: usize, line: i32, isFirst: bool): void {
  const height = heightOf(g);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const row = line % height;
  const start = isFirst || row === 0 ? max(0, row - 1) : row + 1;
  for (let next = start; next < min(height, row + 2); next += 1) {
    const offset = (<usize>(line - row + next) * <usize>(width * channels)) << 2;
    const target = lineAt(ring, next, height, lineBytes(width, channels));
    stageInto(operand, offset, width, channels, target + ((<usize>channels) << 2));
  }
}
