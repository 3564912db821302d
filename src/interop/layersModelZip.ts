/** The two files of a layers model in one archive, so that a browser saves them at once. */
import { strToU8, zipSync } from "fflate";
import { type LayersModelFiles, WEIGHTS_FILE } from "./layersModel.ts";

/** Weights are stored as they are: trained numbers hardly compress. */
export function zipLayersModel({ model, weightData }: LayersModelFiles): Uint8Array<ArrayBuffer> {
  const archive = zipSync({
    "model.json": strToU8(`${JSON.stringify(model)}\n`),
    [WEIGHTS_FILE]: [weightData, { level: 0 }],
  });
  return new Uint8Array(archive);
}
