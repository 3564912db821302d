/** What this program states about a network in the files that it writes. Readers of other programs ignore it. */
import { FIELDS } from "../settings/fields.ts";
import type { Preparation } from "../settings/settings.ts";

export interface StatedFacts {
  /** The class names of the outputs. */
  readonly classes: readonly string[] | undefined;
  /** How the bytes of pictures became the network's input. */
  readonly preparation: Preparation | undefined;
}

/** @param metadata what a file holds for us; anything else states nothing. */
export function statedFacts(metadata: unknown): StatedFacts {
  const [classes, settings] = [entryOf(metadata, "classes"), entryOf(metadata, "settings")];
  const name = entryOf(settings, "preparation");
  return {
    classes: textsOrNone(classes),
    preparation: FIELDS.preparation.options.find(({ value }) => value === name)?.value,
  };
}

function entryOf(record: unknown, key: string): unknown {
  if (typeof record !== "object" || record === null) return undefined;
  return Object.entries(record).find(([own]) => own === key)?.[1];
}

/** Returns a list of texts, or undefined for anything else. */
export function textsOrNone(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}
