/** Returns a name for each of `count` classes: those without one of their own are numbered from 1. */
export function classNames(count: number, classes: readonly string[]): readonly string[] {
  return Array.from({ length: count }, (_, place) => classes[place] ?? `Class ${place + 1}`);
}
