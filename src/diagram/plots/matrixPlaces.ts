/** Where the cells of a drawn confusion matrix are. */

/** The square of the cells: its start from the left and from the top, and the side of a cell, in pixels. */
export interface MatrixPlaces {
  readonly start: number;
  readonly cell: number;
}

/** @param side width and height of the whole picture in pixels */
export function matrixPlaces(side: number, numClasses: number): MatrixPlaces {
  const start = Math.min(76, side / 4);
  // The last slanted name extends beyond its column.
  return { start, cell: (side - start - start / 3) / Math.max(1, numClasses) };
}
