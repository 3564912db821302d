/** Shapes without the batch axis: `[H, W, C]` for images and feature maps, `[C]` for vectors. */
export type Shape = readonly number[];
export type MapShape = readonly [height: number, width: number, channels: number];
/** A pair of numbers for height and width. */
export type Pair = readonly [height: number, width: number];

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Formats a shape for messages and the summary: `149x149x32`. */
export function mapSides(shape: Shape): readonly [number, number, number, number] {
  const [numImages = 1, height = 1, width = 1, channels = 1] = shape;
  return [numImages, height, width, channels];
}

/** Returns a shape as `[rows, channels]`, with all axes but the last merged into one. */
export function rowSides(shape: Shape): readonly [number, number] {
  const channels = shape.at(-1) ?? 1;
  return [sizeOf(shape) / channels, channels];
}

/** `149x149x32`, as messages and the summary write shapes. */
export function formatShape(shape: Shape): string {
  return shape.join("x");
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}
