/** Suggests a known word for an unknown one. */
import { closestMatch } from "leven";

/** Returns `Did you mean "width"?`, or `undefined` when no word is similar. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const plain = new Map(words.map((known) => [plainForm(known), known]));
  const wanted = plainForm(word);
  // Two swapped letters are a distance of 2. More than one wrong letter in three is a different word.
  const maxDistance = Math.min(wanted.length - 1, Math.max(2, Math.ceil(wanted.length / 3)));
  const near =
    closestMatch(wanted, [...plain.keys()], { maxDistance }) ?? soleContinuation(wanted, plain);
  const meant = near === undefined ? undefined : plain.get(near);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}

/** Removes case, dashes and underscores, which people most often get wrong. */
function plainForm(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Returns the only word that starts with these letters. */
function soleContinuation(start: string, words: ReadonlyMap<string, string>): string | undefined {
  if (start.length < 3) return undefined;
  const longer = [...words.keys()].filter((word) => word.startsWith(start));
  return longer.length === 1 ? longer[0] : undefined;
}
