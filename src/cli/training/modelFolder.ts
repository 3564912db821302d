/** The folder that a trained model goes to: checked before the training, written after it, in every form it can have. */
import { access, constants, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlaygroundError } from "../../core/errors.ts";
import { layersModelLack, toLayersModelFiles, WEIGHTS_FILE } from "../../interop/layersModel.ts";
import { toOnnxModel } from "../../interop/onnx/onnxModel.ts";
import type { LayerGraph } from "../../spec/graph.ts";
import { preparationText } from "../../spec/preparationText.ts";
import type { Settings } from "../../spec/settings.ts";
import type { TrainingResult } from "./trainInTerminal.ts";

const MODEL_FILE = "model.json";

/**
 * Makes the folder where it is missing.
 * @throws PlaygroundError `file.unwritable`
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new PlaygroundError(
      {
        code: "file.unwritable",
        where: "--out",
        rule: "the model cannot be written there",
        expected: "a folder with permission to write",
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: "Choose another folder.",
        context: { folder },
      },
      { cause },
    );
  }
}

/** A trained network and where it comes from. */
export interface TrainedModel {
  readonly graph: LayerGraph;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly settings: Settings;
  readonly result: TrainingResult;
}

/**
 * Replaces what a run before left there.
 *
 * @returns why there is no TensorFlow.js model beside the ONNX file; `null` where there is one.
 */
export async function writeModel(
  folder: string,
  { graph, weights, settings, result }: TrainedModel,
): Promise<string | null> {
  const metadata = { settings, result };
  const preparation = preparationText(settings);
  await writeFile(
    join(folder, "model.onnx"),
    toOnnxModel(graph, weights, { preparation, metadata }),
  );
  const lack = layersModelLack(graph);
  if (lack !== null) {
    for (const name of [WEIGHTS_FILE, MODEL_FILE]) await rm(join(folder, name), { force: true });
  } else {
    const { model, weightData } = toLayersModelFiles(graph, weights, metadata);
    await writeFile(join(folder, WEIGHTS_FILE), weightData);
    await writeFile(join(folder, MODEL_FILE), `${JSON.stringify(model)}\n`);
  }
  return lack;
}
