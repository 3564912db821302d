/**
 * The data sets that people bring: which there are, and which of them some files are, told by their names alone.
 * Reads no file; what is inside them is checked in `data/own/`.
 */
import type { Settings } from "./settings.ts";

export const OWN_DATA_SETS = ["mnist", "arrays", "images"] as const;
export type OwnDataSet = (typeof OWN_DATA_SETS)[number];

export function isOwnDataSet(choice: Settings["dataSet"]): choice is OwnDataSet {
  return OWN_DATA_SETS.some((own) => own === choice);
}

const NAMES: Readonly<Record<OwnDataSet | "zip", RegExp>> = {
  arrays: /[.]np[yz]([.]gz)?$/i,
  mnist: /idx[13]-ubyte([.]gz)?$/i,
  images: /[.](jpe?g|jpe|jfif|pjpeg|pjp|png|gif|bmp|dib|webp|avif)$/i,
  zip: /[.]zip$/i,
};

/** A data set of arrays, or of MNIST's form, has so many. */
const FOUR = 4;

/**
 * The data set that files of these names make; `undefined` where no name says. Among files of several kinds: the kind that was
 * asked for, then four files of one kind, then pictures, since a stray array beside them makes no data set.
 */
export function ownDataSetOf(
  paths: readonly string[],
  wanted?: OwnDataSet,
): OwnDataSet | undefined {
  const count = (kind: keyof typeof NAMES) =>
    paths.reduce((sum, path) => sum + (NAMES[kind].test(path) ? 1 : 0), 0);
  const counts = { arrays: count("arrays"), mnist: count("mnist"), images: count("images") };
  const hasZip = count("zip") > 0;
  if (wanted !== undefined && (counts[wanted] > 0 || hasZip)) return wanted;
  if (counts.arrays >= FOUR || paths.some((path) => /[.]npz$/i.test(path))) return "arrays";
  if (counts.mnist >= FOUR) return "mnist";
  if (counts.images > 0 || hasZip) return "images";
  if (counts.arrays > 0) return "arrays";
  return counts.mnist > 0 ? "mnist" : undefined;
}
