/** The two files of a layers model in one archive, so that a browser saves them at once. */
import {
  TextReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { type LayersModelFiles, WEIGHTS_FILE } from "./layersModel.ts";

/** Weights are stored as they are: trained numbers hardly compress. */
export async function zipLayersModel({
  model,
  weightData,
}: LayersModelFiles): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new ZipWriter(new Uint8ArrayWriter());
  await archive.add("model.json", new TextReader(`${JSON.stringify(model)}\n`));
  await archive.add(WEIGHTS_FILE, new Uint8ArrayReader(weightData), { level: 0 });
  return archive.close();
}
