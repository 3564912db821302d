/**
 * Writes a built data set as the four files that Keras downloads, so that a program runs without a network: Keras finds them
 * when `KERAS_HOME` names the folder.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { DataSetId, PartName } from "../../src/data/manifest.ts";
import { openDataSet } from "../../src/data/openDataSet.ts";
import { readShards } from "../../src/data/shardLoader.ts";
import { REPOSITORY } from "../repository.ts";

const PARTS: readonly (readonly [PartName, string])[] = [
  ["train", "train"],
  ["test", "t10k"],
];

/** @param home the value of `KERAS_HOME` */
export async function writeFashionFiles(home: string, choice: DataSetId): Promise<void> {
  const dataSet = await openDataSet({
    baseUrl: pathToFileURL(join(REPOSITORY, "public", "data")).href,
    choice,
    transport: { fetch: async (url) => new Response(await readFile(fileURLToPath(url))) },
  });
  const folder = join(home, "datasets", "fashion-mnist");
  await mkdir(folder, { recursive: true });
  for (const [part, name] of PARTS) {
    const { height, width, splits } = dataSet.manifest;
    const { numImages } = splits[part];
    const pixels = new Uint8Array(numImages * height * width);
    const labels = new Uint8Array(numImages);
    for await (const shard of readShards({ dataSet, part })) {
      pixels.set(shard.pixels, shard.firstImage * height * width);
      labels.set(shard.labels, shard.firstImage);
    }
    const files = {
      [`${name}-images-idx3-ubyte.gz`]: idx([numImages, height, width], pixels),
      [`${name}-labels-idx1-ubyte.gz`]: idx([numImages], labels),
    };
    for (const [file, bytes] of Object.entries(files))
      await writeFile(join(folder, file), gzipSync(bytes));
  }
}

/** The format of MNIST: the number of axes, the length of each one as a big-endian number, and then the bytes. */
function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint32(0, 0x0800 + shape.length);
  shape.forEach((side, axis) => {
    head.setUint32(4 + 4 * axis, side);
  });
  return Buffer.concat([new Uint8Array(head.buffer), bytes]);
}
