/** A person's own files for the terminal: reads a folder and determines the data set from the files' names. */
import { openAsBlob } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { firstNamesInZip } from "../../core/zipNames.ts";
import { type OwnDataSet, ownDataSetOf } from "../../settings/ownData.ts";

export interface FoundOwnData {
  readonly kind: OwnDataSet;
  readonly files: readonly OwnFile[];
}

/** @throws PlaygroundError `command.invalid` for a folder that cannot be read or holds neither arrays nor MNIST files nor tables */
export async function ownFilesIn(folder: string): Promise<FoundOwnData> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw wrongFolder(folder, messageOf(error));
  });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const zips = names.filter((name) => /[.]zip$/i.test(name));
  const packed = await Promise.all(
    zips.map(async (name) => firstNamesInZip(await openAsBlob(join(folder, name)))),
  );
  const kind = ownDataSetOf(zips.length === names.length ? packed.flat() : names);
  if (kind === undefined) throw wrongFolder(folder, names.slice(0, 4).join(", ") || "no file");
  if (kind === "images") throw wrongFolder(folder, "pictures, which only a browser decodes");
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      return { path: relative(folder, path), file: new Blob([Uint8Array.from(bytes)]) };
    }),
  );
  return { kind, files };
}

function wrongFolder(folder: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: "--data",
    rule: `${folder} holds no data set that can be trained on here`,
    expected:
      "X_train.npy, y_train.npy, X_test.npy and y_test.npy, the four files of MNIST, or tables (.csv)",
    got,
    remedy: "Name the folder that the files lie in.",
  });
}
