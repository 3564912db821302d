/** Draws a confusion matrix as an image of one pixel per cell, in the colours of the ordinary one. */
import type { ChartPalette } from "./chartPalette.ts";
import { mix } from "./colors.ts";
import { FULL_CONFUSION_PERCENT } from "./confusionMatrixDress.ts";

const SHADES = 64;

/** @param counts `[numClasses, numClasses]`, row-major; rows are the true class */
export function matrixImage(
  counts: ArrayLike<number>,
  numClasses: number,
  palette: ChartPalette,
): ImageData {
  const image = new ImageData(numClasses, numClasses);
  const right = shadesOf(palette.card, palette.separable);
  const confused = shadesOf(palette.card, palette.ordinary);
  for (let row = 0; row < numClasses; row += 1) {
    let total = 0;
    for (let column = 0; column < numClasses; column += 1)
      total += counts[row * numClasses + column] ?? 0;
    for (let column = 0; column < numClasses; column += 1) {
      const at = row * numClasses + column;
      const share = total === 0 ? 0 : (counts[at] ?? 0) / total;
      const filled = row === column ? share : Math.min(1, (100 * share) / FULL_CONFUSION_PERCENT);
      // Any count above 0 must be visible among thousands of cells.
      const shade = share === 0 ? 0 : Math.max(SHADES / 4, Math.round(filled * SHADES));
      image.data.set((row === column ? right : confused)[shade] ?? [0, 0, 0, 255], 4 * at);
    }
  }
  return image;
}

function shadesOf(card: string, accent: string): readonly (readonly number[])[] {
  return Array.from({ length: SHADES + 1 }, (_, shade) => {
    const color = mix(card, accent, 0.06 + (0.94 * shade) / SHADES);
    const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
    return [channel(1), channel(3), channel(5), 255];
  });
}
