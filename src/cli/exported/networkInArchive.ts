/** Reads a `.keras` archive that this program wrote as what it was written from: settings, weights and the optimiser's state. */
import * as v from "valibot";
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import { HEAD_BYTES } from "../../core/fileFormat.ts";
import { unpackZip } from "../../data/own/archive.ts";
import { METADATA_KEY } from "../../interop/keras/metadata.ts";
import { readKerasState } from "../../interop/keras/readState.ts";
import type { SavedNetwork } from "../../interop/networkFiles.ts";
import { openModel } from "../../interop/openModel.ts";
import { trainedShapes } from "../../network/matchWeights.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import { settingsSchema } from "../../protocol/schemas.ts";

const measuredSchema = v.nullable(
  v.object({ loss: v.number(), accuracy: v.number(), numImages: v.number() }),
);

const statedSchema = v.object({
  recipe: v.string(),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  settings: settingsSchema,
  classes: v.nullable(v.array(v.string())),
  validation: measuredSchema,
  test: measuredSchema,
});

/** @throws PlaygroundError `file.invalid` for an archive of another program, or of other weights than its settings require */
export async function networkInArchive(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): Promise<SavedNetwork> {
  const whole = { path: where, head: bytes.subarray(0, HEAD_BYTES), read: async () => bytes };
  const model = await openModel([whole]);
  const { files } = await unpackZip({ path: where, file: new Blob([bytes]) });
  const entry = async (name: string) =>
    (await files.find((file) => file.entry === name)?.bytes()) ?? new Uint8Array();
  const stated = statedIn(await entry("metadata.json"), where);
  const { settings } = stated;
  const graph = buildNetwork(settings);
  const weights = model.weights ?? new Map<string, Float32Array>();
  const shapes = trainedShapes(graph, weights);
  const specs = networkWeights(graph);
  const lacking = specs.find(({ path, shape }) => shapes.get(path)?.join() !== shape.join());
  if (lacking !== undefined || weights.size !== specs.length)
    throw invalid(
      where,
      "its weights are those of the network of its settings",
      lacking === undefined
        ? `${specs.length} arrays`
        : `${lacking.path} of ${lacking.shape.join(" x ")} numbers`,
      lacking === undefined ? String(weights.size) : "none of this name and shape",
    );
  const optimizer = await readKerasState(await entry("model.weights.h5"), where, graph, settings);
  return { ...stated, weights, optimizer };
}

function statedIn(metadata: Uint8Array, where: string) {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(metadata));
    const { [METADATA_KEY]: stated } = v.parse(v.record(v.string(), v.unknown()), parsed);
    return v.parse(statedSchema, stated);
  } catch (error) {
    throw invalid(
      where,
      "it says with which settings this program trained it",
      "settings",
      messageOf(error),
    );
  }
}

function invalid(where: string, rule: string, expected: string, got: string): PlaygroundError {
  const remedy = "Name what this program wrote.";
  return new PlaygroundError({ code: "file.invalid", where, rule, expected, got, remedy });
}
