/** What somebody may have meant by a word that is none of those that there are. */
import { closestMatch } from "leven";

/** `Did you mean "width"?`; `undefined` where no word is near. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  const plain = new Map(words.map((known) => [plainForm(known), known]));
  const wanted = plainForm(word);
  // Two letters exchanged are a distance of 2; more than every third letter otherwise is another word.
  const maxDistance = Math.min(wanted.length - 1, Math.max(2, Math.ceil(wanted.length / 3)));
  const near =
    closestMatch(wanted, [...plain.keys()], { maxDistance }) ?? soleContinuation(wanted, plain);
  const meant = near === undefined ? undefined : plain.get(near);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}

/** Case, dashes and underscores are the first to be forgotten. */
function plainForm(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The one word that begins so. */
function soleContinuation(start: string, words: ReadonlyMap<string, string>): string | undefined {
  if (start.length < 3) return undefined;
  const longer = [...words.keys()].filter((word) => word.startsWith(start));
  return longer.length === 1 ? longer[0] : undefined;
}
