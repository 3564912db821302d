/** What this program states about a network in a Keras file. Keras ignores it. */
import { Config, textsOrNone } from "../jsonConfig.ts";

/** A key of `metadata.json` in an archive, and an attribute of an HDF5 file. */
export const METADATA_KEY = "xception_playground";

/** Returns the class names that a file of this program states. */
export function statedClasses(metadata: unknown, where: string): readonly string[] | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  return textsOrNone(new Config(metadata, where).value("classes"));
}
