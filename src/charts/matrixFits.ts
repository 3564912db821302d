/** Whether the cells of a confusion matrix can be read in a space: a number in each, and a name at each row. Pure. */

/** A number of two digits, and a name, at the matrix' 11 px. */
const LEAST_WIDTH = 17;
const LEAST_HEIGHT = 14;
/** Of the bars beside the cells; where there is little room, of their numbers alone. */
const BARS = { wide: 112, narrow: 42, from: 360 };
/** Slanted names above the columns take so much of their width as height. */
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
