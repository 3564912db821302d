import { parseConfig } from "../jsonConfig.ts";
import type { Hdf5Tree } from "./hdf5.ts";

/** The key of `metadata.json` in an archive, and the attribute of an HDF5 file, that hold what this program states. */
export const METADATA_KEY = "xception_playground";

/**
 * Returns what this program stated in an HDF5 file; undefined in files of others.
 * @throws PlaygroundError `file.invalid` when it is no JSON
 */
export function statedIn(file: Hdf5Tree, where: string): unknown {
  const text = file.text(METADATA_KEY);
  return text === undefined ? undefined : parseConfig(text, where).record;
}
