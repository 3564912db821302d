/** Enlarges a map by whole factors. One chunk is some lines of the result. */

import { UpSample2dCall, UpSample2dGradientCall, UpSampling } from "./generated/calls";
import { addScaled } from "./generated/vectors";
import { clearValues } from "./shared/channels";

export function upSample2d(call: UpSample2dCall, chunk: i32, _scratch: usize): void {
  const sides = call.sides;
  const channels = sides.channels;
  const bytes = (<usize>channels) << 2;
  const rows = sides.height * sides.rowSize;
  const columns = sides.width * sides.columnSize;
  const end = min(sides.images * rows, (chunk + 1) * call.linesPerChunk);
  for (let line = chunk * call.linesPerChunk; line < end; line += 1) {
    const image = line / rows;
    const row = positionOf(line - image * rows, sides.rowShift);
    const above = row / (2 * sides.rowSize);
    const rowShare = partOf(row, 2 * sides.rowSize, sides.isMixed);
    const upper = call.x + <usize>((image * sides.height + above) * sides.width) * bytes;
    const isLast = above === sides.height - 1;
    const lower = isLast ? upper : upper + <usize>sides.width * bytes;
    let y = call.y + <usize>(line * columns) * bytes;
    for (let output = 0; output < columns; output += 1) {
      const column = positionOf(output, sides.columnShift);
      const left = column / (2 * sides.columnSize);
      const columnShare = partOf(column, 2 * sides.columnSize, sides.isMixed);
      const at = <usize>left * bytes;
      const next = <usize>min(left + 1, sides.width - 1) * bytes;
      clearValues(y, channels);
      addScaled(y, upper + at, channels, (1 - rowShare) * (1 - columnShare));
      if (columnShare !== 0) addScaled(y, upper + next, channels, (1 - rowShare) * columnShare);
      if (rowShare !== 0) {
        addScaled(y, lower + at, channels, rowShare * (1 - columnShare));
        if (columnShare !== 0) addScaled(y, lower + next, channels, rowShare * columnShare);
      }
      y += bytes;
    }
  }
}

/** One chunk is some lines of the map. Each pixel sums what was made of it. */
export function upSample2dGradient(
  call: UpSample2dGradientCall,
  chunk: i32,
  _scratch: usize,
): void {
  const sides = call.sides;
  const channels = sides.channels;
  const bytes = (<usize>channels) << 2;
  const rows = sides.height * sides.rowSize;
  const columns = sides.width * sides.columnSize;
  const end = min(sides.images * sides.height, (chunk + 1) * call.linesPerChunk);
  for (let line = chunk * call.linesPerChunk; line < end; line += 1) {
    const image = line / sides.height;
    const h = line - image * sides.height;
    const lastRow = min(rows, (h + 2) * sides.rowSize);
    let dx = call.dx + <usize>(line * sides.width) * bytes;
    for (let w = 0; w < sides.width; w += 1) {
      clearValues(dx, channels);
      const lastColumn = min(columns, (w + 2) * sides.columnSize);
      for (let row = max(h - 1, 0) * sides.rowSize; row < lastRow; row += 1) {
        const rowShare = shareOf(row, sides.rowShift, sides.rowSize, h, sides.height, sides);
        if (rowShare === 0) continue;
        const source = call.dy + <usize>((image * rows + row) * columns) * bytes;
        for (let column = max(w - 1, 0) * sides.columnSize; column < lastColumn; column += 1) {
          const columnShare = shareOf(
            column,
            sides.columnShift,
            sides.columnSize,
            w,
            sides.width,
            sides,
          );
          if (columnShare !== 0)
            addScaled(dx, source + <usize>column * bytes, channels, rowShare * columnShare);
        }
      }
      dx += bytes;
    }
  }
}

/** The position on the map of an output, in steps of half a pixel of the result. */
function positionOf(output: i32, shift: i32): i32 {
  return max(0, 2 * output + shift);
}

/** How far a position is between two pixels of the map, from 0 to 1. */
function partOf(position: i32, steps: i32, isMixed: bool): f32 {
  return isMixed ? <f32>(position % steps) / <f32>steps : 0;
}

/** The share that the position `at` of the map has in an output, along one axis. */
function shareOf(output: i32, shift: i32, size: i32, at: i32, side: i32, sides: UpSampling): f32 {
  const position = positionOf(output, shift);
  const before = position / (2 * size);
  const part = partOf(position, 2 * size, sides.isMixed);
  const own: f32 = before === at ? 1 - part : 0;
  return min(before + 1, side - 1) === at ? own + part : own;
}
