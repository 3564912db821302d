/**
 * The output folder of a trained network. It is checked before the training and filled after it, in every possible format. The
 * page's code writes the files.
 */
import { access, constants, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, PlaygroundError, serializeError } from "../../core/errors.ts";
import { historyCsv } from "../../interop/historyCsv.ts";
import {
  MODEL_FORMATS,
  NETWORK_FORMATS,
  type NetworkFormat,
  type SavedNetwork,
} from "../../interop/networkFiles.ts";
import type { RunFiles } from "./trainInTerminal.ts";

const HISTORY_FILE = "history.csv";
const PREDICTIONS_FILE = "predictions.csv";

/**
 * Creates the folder if it is missing.
 * @param where the option that names the folder
 * @throws PlaygroundError `file.unwritable`
 */
export async function requireWritableFolder(folder: string, where = "--out"): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(where, "the model", folder, "a folder with permission to write", cause);
  }
}

/**
 * Creates the folder of the file if it is missing.
 * @throws PlaygroundError `file.unwritable`
 */
export async function requireWritableFile(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const isNew = await access(file).then(
      () => false,
      () => true,
    );
    // Appending nothing leaves an existing file unchanged.
    await writeFile(file, "", { flag: "a" });
    // A command that is refused later leaves no empty file.
    if (isNew) await rm(file);
  } catch (cause) {
    throw unwritable("--out", "the result", file, "a file with permission to write", cause);
  }
}

function unwritable(
  where: string,
  what: string,
  path: string,
  expected: string,
  cause: unknown,
): PlaygroundError {
  return new PlaygroundError(
    {
      code: "file.unwritable",
      where,
      rule: `${what} cannot be written there`,
      expected,
      got: messageOf(cause),
      remedy: "Choose another place.",
      context: { path },
    },
    { cause },
  );
}

/**
 * Replaces the files of an earlier run in the folder, and no others.
 *
 * @returns why a format is missing, one sentence each.
 */
export async function writeModel(folder: string, files: RunFiles): Promise<readonly string[]> {
  const { network, history, predictions } = files;
  const lacks: (string | null)[] = [];
  for (const format of MODEL_FORMATS)
    lacks.push(await writeNetwork(folder, NETWORK_FORMATS[format], network));
  await writeFile(join(folder, HISTORY_FILE), historyCsv(history));
  const predictionsPath = join(folder, PREDICTIONS_FILE);
  if (predictions === null) await rm(predictionsPath, { force: true });
  else await writeFile(predictionsPath, predictions);
  return lacks.filter((lack) => lack !== null);
}

/** @returns why the format is missing; the file of an earlier run is then deleted. */
async function writeNetwork(
  folder: string,
  format: (typeof NETWORK_FORMATS)[NetworkFormat],
  network: SavedNetwork,
): Promise<string | null> {
  try {
    for (const { name, bytes } of await format.files(network))
      await writeFile(join(folder, name), bytes);
    return null;
  } catch (error) {
    const { code, message } = serializeError(error);
    if (code !== "file.unavailable") throw error;
    for (const name of format.fileNames) await rm(join(folder, name), { force: true });
    return message;
  }
}
