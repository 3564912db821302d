/** The folder that a trained model goes to: checked before the training, written after it. */
import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlaygroundError } from "../../core/errors.ts";
import { type LayersModelFiles, WEIGHTS_FILE } from "../../interop/layersModel.ts";

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

/** Replaces what a run before left there. */
export async function writeModel(
  folder: string,
  { model, weightData }: LayersModelFiles,
): Promise<void> {
  await writeFile(join(folder, WEIGHTS_FILE), weightData);
  await writeFile(join(folder, "model.json"), `${JSON.stringify(model)}\n`);
}
