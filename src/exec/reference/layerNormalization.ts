/**
 * `y = xHat * gamma + beta` with `xHat = (x - mean) / sqrt(variance + epsilon)`, mean and variance of each row. With
 * `g = dy * gamma` and means over the row:
 *
 *   dgamma = sum(dy * xHat)    dbeta = sum(dy)
 *   dx     = (g - mean(g) - xHat * mean(g * xHat)) / sqrt(variance + epsilon)
 */
import { rowSides, type Shape } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const layerNormalize: Kernel<"layerNormalize"> = (
  { x, gamma, beta, y },
  { epsilon },
  shapes,
) =>
  forEachRow(x, shapes.x, epsilon, (first, xHat) => {
    for (const [column, value] of xHat.entries())
      y[first + column] = value * (gamma?.[column] ?? 1) + (beta?.[column] ?? 0);
  });

export const layerNormalizeScaleTerms: Kernel<"layerNormalizeScaleTerms"> = (
  { dy, x, terms },
  { epsilon },
  shapes,
) =>
  forEachRow(x, shapes.x, epsilon, (first, xHat) => {
    for (const [column, value] of xHat.entries())
      terms[first + column] = value * (dy[first + column] as number);
  });

export const layerNormalizeInputGradient: Kernel<"layerNormalizeInputGradient"> = (
  { dy, x, gamma, dx },
  { epsilon },
  shapes,
) =>
  forEachRow(x, shapes.x, epsilon, (first, xHat, deviation) => {
    const slopes = xHat.map((_, column) => (dy[first + column] as number) * (gamma?.[column] ?? 1));
    const mean = meanOf(slopes);
    const product = meanOf(slopes.map((slope, column) => slope * (xHat[column] as number)));
    for (const [column, value] of xHat.entries())
      dx[first + column] = ((slopes[column] as number) - mean - value * product) / deviation;
  });

/** Visits each row with the place of its first value, its normalised values, and what these were divided by. */
function forEachRow(
  x: Float64Array,
  shape: Shape,
  epsilon: number,
  visit: (first: number, xHat: Float64Array, deviation: number) => void,
): void {
  const [rows, columns] = rowSides(shape);
  for (let row = 0; row < rows; row += 1) {
    const values = x.subarray(row * columns, (row + 1) * columns);
    const mean = meanOf(values);
    const variance = meanOf(values.map((value) => (value - mean) ** 2));
    const deviation = Math.sqrt(variance + epsilon);
    visit(
      row * columns,
      values.map((value) => (value - mean) / deviation),
      deviation,
    );
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
