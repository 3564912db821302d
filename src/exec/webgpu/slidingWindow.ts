/**
 * A window that slides along the rows of a map in registers. At each position only the new column is loaded. It requires stride
 * 1 and no dilation.
 */
import { sizeOf } from "../../core/shape.ts";
import type { WindowAttributes } from "../../plan/operations.ts";

/** The maximum number of taps whose values, weights and sums fit in a thread's registers. */
const MOST_TAPS = 25;

export function canSlide({ kernel, strides, dilation }: WindowAttributes): boolean {
  return sizeOf(kernel) <= MOST_TAPS && sizeOf(strides) === 1 && sizeOf(dilation) === 1;
}

interface SlidingWindow {
  /** WGSL that declares a thread's variables before the start of a row. */
  readonly fill: string;
  /** WGSL that moves the window to the position `column` of the row. */
  readonly advance: string;
  /** The value under the window at a row and column, counted from its top left corner. */
  at(row: number, column: number): string;
}

/** @param load WGSL of the value in a row of the window, `columns` to the right of the window's left edge. */
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

/** WGSL for each tap of a window, in row order. */
export function eachTap(
  [tall, wide]: readonly [number, number],
  line: (tap: number, row: number, column: number) => string,
): string {
  return numbersTo(tall * wide)
    .map((tap) => line(tap, Math.floor(tap / wide), tap % wide))
    .join("\n");
}

/**
 * WGSL of `NAME_under(start, isLine, column, channel, own)`: a value of the row, or zero outside of it or when there is no such
 * row. It uses a select instead of a branch; `kernels/gather.ts` gives the reason.
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
