/** Lists the names of a zip's first entries, which tell what data set it holds. */
import { BlobReader, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";

/** Enough to see more than what comes first by its name. */
const MOST_NAMES = 500;

/** Returns the names of files, without folders; none for a zip that cannot be read. */
export async function firstNamesInZip(file: Blob): Promise<readonly string[]> {
  const names: string[] = [];
  const options = { useWebWorkers: false, filenameValidation: "tolerant" } as const;
  try {
    for await (const entry of new ZipReader(new BlobReader(file), options).getEntriesGenerator()) {
      if (!entry.directory) names.push(entry.filename);
      if (names.length === MOST_NAMES) break;
    }
  } catch {
    // The reader of the data set says what is wrong with it.
  }
  return names;
}
