/**
 * The kinds of data sets that people can bring, and which kind some files are, judged by their names alone. It reads no file;
 * `data/own/` checks the contents.
 */
import type { Settings } from "./settings.ts";

export const OWN_DATA_SETS = ["mnist", "arrays", "csv", "images"] as const;
export type OwnDataSet = (typeof OWN_DATA_SETS)[number];

export function isOwnDataSet(choice: Settings["dataSet"]): choice is OwnDataSet {
  return OWN_DATA_SETS.some((own) => own === choice);
}

const NAMES: Readonly<Record<OwnDataSet | "zip", RegExp>> = {
  arrays: /[.]np[yz]([.]gz)?$/i,
  csv: /[.](csv|tsv)([.]gz)?$/i,
  mnist: /idx[13]-ubyte([.]gz)?$/i,
  images: /[.](jpe?g|jpe|jfif|pjpeg|pjp|png|gif|bmp|dib|webp|avif)$/i,
  zip: /[.]zip$/i,
};

/** A data set of arrays or in MNIST's format has this many files. */
const FOUR = 4;

/**
 * Returns the data set that files with these names form, or `undefined` when the names do not tell. With files of several
 * kinds, the requested kind has priority, then four files of one kind, then images, because a stray array beside images is not
 * a data set.
 */
export function ownDataSetOf(
  paths: readonly string[],
  wanted?: OwnDataSet,
): OwnDataSet | undefined {
  const count = (kind: keyof typeof NAMES) =>
    paths.reduce((sum, path) => sum + (NAMES[kind].test(path) ? 1 : 0), 0);
  const counts = {
    ...{ arrays: count("arrays"), mnist: count("mnist") },
    ...{ csv: count("csv"), images: count("images") },
  };
  const hasZip = count("zip") > 0;
  if (wanted !== undefined && (counts[wanted] > 0 || hasZip)) return wanted;
  if (counts.arrays >= FOUR || paths.some((path) => /[.]npz$/i.test(path))) return "arrays";
  if (counts.mnist >= FOUR) return "mnist";
  if (counts.images > 0 || hasZip) return "images";
  if (counts.arrays > 0) return "arrays";
  if (counts.mnist > 0) return "mnist";
  return counts.csv > 0 ? "csv" : undefined;
}
