import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { ownFilesIn } from "./ownFilesOnDisk.ts";

test.each([
  ["fer2013/fer2013.csv", "csv"],
  ["train-images-idx3-ubyte.gz", "mnist"],
  ["x_train.npy", "arrays"],
])("a zip of %s is the data set %s", async (name, kind) => {
  const folder = await mkdtemp(join(tmpdir(), "own-"));
  await writeFile(join(folder, "archive.zip"), zipSync({ [name]: strToU8("1,2") }));
  expect((await ownFilesIn(folder)).kind).toBe(kind);
});
