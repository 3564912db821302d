/** Packs files that belong together into one archive. */
import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";

/**
 * Stores all files uncompressed, because trained numbers hardly compress, and Keras reads weights from an archive in place.
 *
 * @param files names and contents.
 */
export async function zipFiles(
  files: Iterable<readonly [string, string | Uint8Array]>,
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, contents] of files) {
    const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
    await archive.add(name, new Uint8ArrayReader(bytes), { level: 0 });
  }
  return archive.close();
}
