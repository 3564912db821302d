/** The files of a model by a path of the terminal: a file, a folder, or a description with its weights in the same folder. */
import { open, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { HEAD_BYTES } from "../core/fileFormat.ts";
import { LABEL_FILES } from "../interop/factsBeside.ts";
import type { ModelFile } from "../interop/openModel.ts";
import { externalNames } from "./externalNames.ts";

/** @throws PlaygroundError `command.invalid` for a path that cannot be read */
export async function modelFilesAt(path: string): Promise<readonly ModelFile[]> {
  try {
    if ((await stat(path)).isDirectory()) return await filesIn(path, () => true);
    const labels = await filesIn(dirname(path), isOwnLabels, false);
    if (/[.]onnx$/i.test(path))
      return [await fileAt(path), ...labels, ...(await weightsBeside(path))];
    if (!path.endsWith(".json")) return [await fileAt(path), ...labels];
    // Other descriptions in the folder belong to other models.
    const isBeside = (name: string) =>
      !/[.](json|keras|zip|onnx)$/.test(name) && !isOwnLabels(name);
    const beside = await filesIn(dirname(path), isBeside);
    return [await fileAt(path), ...labels, ...beside];
  } catch (error) {
    throw new PlaygroundError(
      {
        code: "command.invalid",
        where: path,
        rule: "the model cannot be read",
        expected: "a file or a folder",
        got: reasonOf(error),
        remedy: "Correct the path.",
      },
      { cause: error },
    );
  }
}

/** The files of weights that an ONNX model names, as far as they are there. */
async function weightsBeside(path: string): Promise<readonly ModelFile[]> {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const names = externalNames(await readFile(path));
  const paths = names.filter((name) => !name.includes("..")).map((name) => `${folder}${name}`);
  const found = await Promise.all(
    paths.map(async (one) => (await stat(one).catch(() => undefined))?.isFile() === true),
  );
  return Promise.all(paths.filter((_, at) => found[at]).map(fileAt));
}

const isOwnLabels = (name: string) => LABEL_FILES.includes(name);

async function filesIn(
  folder: string,
  wanted: (name: string) => boolean,
  recursive = true,
): Promise<readonly ModelFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  const names = entries.flatMap((entry) =>
    entry.isFile() && wanted(entry.name) ? [join(entry.parentPath, entry.name)] : [],
  );
  return Promise.all(names.sort().map(fileAt));
}

async function fileAt(path: string): Promise<ModelFile> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return {
      path,
      head: buffer.subarray(0, bytesRead),
      read: async () => Uint8Array.from(await readFile(path)),
    };
  } finally {
    await file.close();
  }
}
