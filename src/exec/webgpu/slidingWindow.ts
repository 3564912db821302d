/**
 * A window that slides along the lines of a map, in registers: of each place only the column that comes in is loaded. For
 * windows that move on by one place at a time and have their taps side by side.
 */
import { sizeOf } from "../../core/shape.ts";
import type { WindowAttributes } from "../../plan/operations.ts";

/** Taps whose values, weights and sums a thread can hold in registers. */
const MOST_TAPS = 25;

export function canSlide({ kernel, strides, dilation }: WindowAttributes): boolean {
  return sizeOf(kernel) <= MOST_TAPS && sizeOf(strides) === 1 && sizeOf(dilation) === 1;
}

interface SlidingWindow {
  /** WGSL of a thread's variables, before it comes to a line. */
  readonly fill: string;
  /** Brings the window to the place `column` of the line. */
  readonly advance: string;
  /** What is under the window's place, counted from its top and its left edge. */
  at(row: number, column: number): string;
}

/** @param load WGSL of the value in a row of the window and so many columns right of where its left edge starts. */
export function slidingWindow(
  [tall, wide]: readonly [number, number],
  load: (row: number, columns: string) => string,
): SlidingWindow {
  const at = (row: number, column: number) => `under${row}_${column}`;
  const each = (line: (row: number, column: number) => string) =>
    numbersTo(tall)
      .flatMap((row) => numbersTo(wide).map((column) => line(row, column)))
      .join("\n");
  return {
    fill: each(
      (row, column) =>
        `var ${at(row, column)} = ${column === 0 ? "V(0)" : load(row, `${column - 1}u`)};`,
    ),
    advance: each((row, column) => {
      const isLast = column === wide - 1;
      const next = isLast ? load(row, `column + ${column}u`) : at(row, column + 1);
      return `${at(row, column)} = ${next};`;
    }),
    at,
  };
}

/** WGSL for each tap of a window, in the order of its rows. */
export function eachTap(
  [tall, wide]: readonly [number, number],
  line: (tap: number, row: number, column: number) => string,
): string {
  return numbersTo(tall * wide)
    .map((tap) => line(tap, Math.floor(tap / wide), tap % wide))
    .join("\n");
}

/**
 * `NAME_under(start, isLine, column, channel, own)`: a line's value, or nothing beside it or where there is no such line.
 * A select, not a branch, for the reason that `kernels/gather.ts` gives.
 */
export function underOf(operand: string, columns: string): string {
  return `fn ${operand}_under(start: u32, isLine: bool, column: u32, channel: u32, own: ${operand}_Channel) -> V {
    let inside = isLine & (column < ${columns});
    let at = (start + column) * p.channels + channel;
    return select(V(0), ${operand}_with(select(0u, at, inside), own), inside);
  }`;
}

function numbersTo(end: number): readonly number[] {
  return Array.from({ length: end }, (_, index) => index);
}
