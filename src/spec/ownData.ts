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

const ENDINGS: Readonly<Record<OwnDataSet, RegExp>> = {
  arrays: /[.]npy$/i,
  mnist: /idx[13]-ubyte([.]gz)?$/i,
  images: /[.](jpe?g|png|gif|bmp|webp|zip)$/i,
};

/** The data set that files of these names make; `undefined` where no name says. */
export function ownDataSetOf(paths: readonly string[]): OwnDataSet | undefined {
  const order = ["arrays", "mnist", "images"] as const;
  return order.find((own) => paths.some((path) => ENDINGS[own].test(path)));
}
