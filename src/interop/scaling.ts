/** Numbers by which values are multiplied, and numbers that are added to them. */

/** `x * scale + offset`. Each list has one number for all values, or one for each of the last axis or axes. */
export interface Scaling {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

export const NO_SCALING: Scaling = { scale: [1], offset: [0] };

/** One scaling after another. */
export function combined(scalings: readonly Scaling[]): Scaling {
  return scalings.reduce((before, after) => {
    const length = Math.max(before.scale.length, after.scale.length, after.offset.length);
    const places = Array.from({ length }, (_, index) => index);
    return {
      scale: places.map((place) => at(before.scale, place) * at(after.scale, place)),
      offset: places.map(
        (place) => at(before.offset, place) * at(after.scale, place) + at(after.offset, place),
      ),
    };
  }, NO_SCALING);
}

/** The number of a list for a value at this place. */
export function at(list: readonly number[], place: number): number {
  return list[place % list.length] ?? 0;
}
