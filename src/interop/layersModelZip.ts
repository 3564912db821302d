/** Packs files that belong together into one archive, so that a browser saves them at once. */
import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { WEIGHTS_FILE } from "./layersModel.ts";
import type { NamedFile } from "./networkFiles.ts";

/** Weights are stored uncompressed, because trained numbers hardly compress. */
export async function zipLayersModel(
  files: readonly NamedFile[],
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new ZipWriter(new Uint8ArrayWriter());
  for (const { name, bytes } of files) {
    const options = name === WEIGHTS_FILE ? { level: 0 } : {};
    await archive.add(name, new Uint8ArrayReader(bytes), options);
  }
  return archive.close();
}
