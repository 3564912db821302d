/** Moves the focus by keys in a list that is one stop for Tab. */

/**
 * Returns the place that the focus goes to by the arrow keys, Home and End.
 * @param place where the focus is, from 0; negative when it is on no entry
 * @returns undefined when the key moves nothing
 */
export function placeAfterKey(key: string, place: number, count: number): number | undefined {
  const last = count - 1;
  const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: last }[key];
  return place < 0 || to === undefined ? undefined : Math.min(Math.max(to, 0), last);
}
