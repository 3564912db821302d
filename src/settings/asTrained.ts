/**
 * What a run here really trains, where that differs from the network as counted: the paper's 1,000 classes
 * become the data's ten. Every difference is said in words; nothing is changed silently. What the data add
 * to this (a hold-out cut down for a small set) is said by `data/split.ts`.
 */
import { formatCount } from "../core/units.ts";
import type { NetworkSettings } from "./settings.ts";

export interface AsTrained<S extends NetworkSettings> {
  readonly settings: S;
  /** One sentence for each difference, for people. */
  readonly notes: readonly string[];
}

/**
 * @param numClasses how many classes the data has.
 * @param channels of the data's images.
 */
export function asTrained<S extends NetworkSettings>(
  settings: S,
  numClasses: number,
  channels: 1 | 3 = 1,
): AsTrained<S> {
  const notes: string[] = [];
  // One unit is a head that somebody printed, and its point is that it learns nothing: no mending.
  const classes = settings.classes === 1 ? 1 : numClasses;
  if (classes === 1 && numClasses > 1) {
    notes.push(
      "The head has one unit: it gives every image the same class, and its share of itself is 1 whatever the weights, so that cross-entropy has no gradient and nothing is learned.",
    );
  } else if (settings.classes !== classes) {
    notes.push(
      `Counted with ${formatCount(settings.classes)} classes; trained here with a head of ${numClasses}, as many as the data has.`,
    );
  }
  if (settings.inputChannels > channels) {
    notes.push("The images are grey: each is taken three times, once for every input channel.");
  }
  return { settings: { ...settings, classes }, notes };
}
