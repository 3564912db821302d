/** Opens a person's own data set. There is one entry for each kind. */
import type { OwnFile } from "../../core/ownFile.ts";
import { openArrayFiles } from "./arrayFiles.ts";
import { openMnistFiles } from "./mnistFiles.ts";
import type { OpenOwnOptions, OwnData } from "./ownData.ts";

type Opener = (files: readonly OwnFile[], options: OpenOptions) => Promise<OwnData>;

interface OpenOptions extends OpenOwnOptions {
  /** Checks every file, so that errors show now. A run that follows such a check can skip it. */
  readonly checkAll: boolean;
}

const OPENERS = {
  arrays: openArrayFiles,
  mnist: openMnistFiles,
  // The readers of tables and of images load when they are needed.
  csv: async (files, options) => (await import("./csvFiles.ts")).openCsvFiles(files, options),
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
