/**
 * Tells whether the cells of a confusion matrix are readable in a given space, with a number in each cell and a name at each
 * row. Pure functions.
 */

/** The smallest cell that holds a two-digit number and a row's name in the matrix' 11 px font, in CSS pixels. */
const LEAST_WIDTH = 17;
const LEAST_HEIGHT = 14;
/** Widths of the bars beside the cells in CSS pixels. Below the width `from`, only their numbers are shown. */
const BARS = { wide: 112, narrow: 42, from: 360 };
/** The height of the slanted column names as a share of their width. */
const RISE = 0.8;

export function matrixFits(
  numClasses: number,
  space: { readonly width: number; readonly height: number },
  longestName: number,
): boolean {
  const bars = space.width < BARS.from ? BARS.narrow : BARS.wide;
  const width = (space.width - bars - longestName) / numClasses;
  const height = (space.height - RISE * longestName - 12) / numClasses;
  return width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
}
