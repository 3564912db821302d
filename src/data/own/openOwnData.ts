/** Opens the data set that somebody brought. One line for each kind. */
import { openArrayFiles } from "./arrayFiles.ts";
import { openMnistFiles } from "./mnistFiles.ts";
import type { OpenOwnOptions, OwnData } from "./ownData.ts";
import type { OwnFile } from "./ownFile.ts";

type Opener = (files: readonly OwnFile[], options: OpenOptions) => Promise<OwnData>;

interface OpenOptions extends OpenOwnOptions {
  /** Looks into every file, so that what is wrong is found now; a run that follows such a look need not. */
  readonly checkAll: boolean;
}

const OPENERS = {
  arrays: openArrayFiles,
  mnist: openMnistFiles,
  // Brings the reader of zips, which the others do without.
  images: async (files, options) =>
    (await import("./imageFolders.ts")).openImageFolders(files, options),
} as const satisfies Record<string, Opener>;

/** @throws PlaygroundError `file.invalid`, `file.too-large` */
export function openOwnData(
  kind: keyof typeof OPENERS,
  files: readonly OwnFile[],
  options: OpenOptions,
): Promise<OwnData> {
  return OPENERS[kind](files, options);
}
