/** The readers of files that people bring, each with whole files that it reads. */
import { readFileSync } from "node:fs";
import { gzipSync, strToU8, zipSync } from "fflate";
import type { OwnFile } from "../../src/core/ownFile.ts";
import { idxFile, npyFile } from "../../src/data/own/madeFiles.ts";
import { openOwnData } from "../../src/data/own/openOwnData.ts";
import type { OwnData } from "../../src/data/own/ownData.ts";
import { toLayersModelFiles, WEIGHTS_FILE } from "../../src/interop/layersModel.ts";
import { toOnnxModel } from "../../src/interop/onnx/onnxModel.ts";
import { openModelOrWeights } from "../../src/interop/openModel.ts";
import { fileOf } from "../../src/interop/testing/modelFiles.ts";
import { trainedWeights } from "../../src/interop/testing/savedNetworks.ts";
import { analyze } from "../../src/network/analyze.ts";
import type { LayerGraph } from "../../src/network/graph.ts";
import { createBuilder } from "../../src/network/networks/builder.ts";
import type { FileBytes } from "./changes.ts";

export interface ReaderCase {
  /** Sets of files, of which each mutation takes one. */
  whole(): Promise<readonly (readonly FileBytes[])[]>;
  /** Reads everything that the program would read. */
  read(files: readonly FileBytes[]): Promise<void>;
  /** Whether the program reads such files in a thread of its own, which is ended after a while without an answer. */
  readonly isInThread: boolean;
}

const FIXTURES = new URL("../../src/interop/fixtures/", import.meta.url);
const fixture = (name: string): FileBytes => ({
  path: name,
  bytes: Uint8Array.from(readFileSync(new URL(name, FIXTURES))),
});

async function readModel(files: readonly FileBytes[]): Promise<void> {
  const opened = await openModelOrWeights(files.map(({ path, bytes }) => fileOf(path, bytes)));
  if ("graph" in opened) analyze(opened.graph);
}

function model(whole: () => readonly (readonly FileBytes[])[]): ReaderCase {
  return { whole: async () => whole(), read: readModel, isInThread: true };
}

function smallNetwork(): LayerGraph {
  const net = createBuilder("small");
  let x = net.input("input", [8, 8, 3]);
  x = net.conv2d(x, "conv", { filters: 4, kernelSize: [3, 3], activation: "relu" });
  x = net.flatten(x, "flat");
  net.dense(x, "classes", 3, "softmax");
  return net.finish();
}

function tfjsFiles(): readonly FileBytes[] {
  const graph = smallNetwork();
  const { model: described, weightData } = toLayersModelFiles(graph, trainedWeights(graph), {
    classes: ["a", "b", "c"],
  });
  return [
    { path: "model.json", bytes: Uint8Array.from(strToU8(JSON.stringify(described))) },
    { path: WEIGHTS_FILE, bytes: weightData },
  ];
}

function onnxFile(): FileBytes {
  const graph = smallNetwork();
  const details = { preparation: "None.", metadata: { classes: ["a"] } };
  return { path: "m.onnx", bytes: toOnnxModel(graph, trainedWeights(graph), details) };
}

function data(
  kind: "arrays" | "csv" | "mnist" | "images",
  whole: () => Promise<readonly (readonly FileBytes[])[]>,
): ReaderCase {
  return {
    whole,
    isInThread: false,
    async read(files) {
      const given: OwnFile[] = files.map(({ path, bytes }) => ({ path, file: new Blob([bytes]) }));
      const opened = await openOwnData(kind, given, {
        ...{ seed: 1, inputSize: 8, ownValidationShare: 20, ownTestShare: 0 },
        ...{ checkAll: true, decode: fakeDecode },
      });
      await readSome(opened);
    },
  };
}

async function readSome({ train, validation, test }: OwnData): Promise<void> {
  for (const part of [train, validation, test]) {
    if (part.labels.length === 0) continue;
    await part.read([0, part.labels.length - 1]);
    await part.fingerprint(0);
  }
}

/** Node has no decoder. This one takes the bytes as pixels. */
async function fakeDecode(blob: Blob, _path: string, size: number) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, at) => bytes[at] ?? 0);
  return { height: 5, width: 4, pixels };
}

async function bytesOf(files: readonly OwnFile[]): Promise<readonly FileBytes[]> {
  return Promise.all(
    files.map(async ({ path, file }) => ({
      path,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
}

const LABELS = [0, 1, 2, 0, 1, 2];
const PIXELS = Array.from({ length: 6 * 16 }, (_, at) => (at * 7) % 256);

const arrays = (): Promise<readonly FileBytes[]> =>
  bytesOf(
    ["train", "test"].flatMap((part) => [
      npyFile(`X_${part}.npy`, { type: "u1", shape: [6, 4, 4], values: PIXELS }),
      npyFile(`y_${part}.npy`, { type: "i8", shape: [6, 1], values: LABELS }),
    ]),
  );

async function npz(): Promise<readonly FileBytes[]> {
  const entries = (await arrays()).map(({ path, bytes }) => [path.toLowerCase(), bytes] as const);
  return [{ path: "set.npz", bytes: Uint8Array.from(zipSync(Object.fromEntries(entries))) }];
}

const idx = (): Promise<readonly FileBytes[]> =>
  bytesOf(
    ["train", "t10k"].flatMap((part) => [
      idxFile(`${part}-images-idx3-ubyte`, [6, 4, 4], PIXELS),
      idxFile(`${part}-labels-idx1-ubyte`, [6], LABELS),
    ]),
  );

const gzipped = (files: readonly FileBytes[]): readonly FileBytes[] =>
  files.map(({ path, bytes }) => ({
    path: `${path}.gz`,
    bytes: Uint8Array.from(gzipSync(bytes)),
  }));

function fer(): readonly FileBytes[] {
  const rows = LABELS.map((label, at) => {
    const usage = at < 4 ? "Training" : "PublicTest";
    return `${label},"${PIXELS.slice(16 * at, 16 * at + 16).join(" ")}",${usage}`;
  });
  const text = ["emotion,pixels,Usage", ...rows, ""].join("\r\n");
  return [{ path: "fer2013.csv", bytes: Uint8Array.from(strToU8(text)) }];
}

function columns(): readonly FileBytes[] {
  const rows = LABELS.map((label, at) => [label, ...PIXELS.slice(16 * at, 16 * at + 16)].join(","));
  const text = rows.join("\n");
  return ["train.csv", "test.csv"].map((path) => ({
    path,
    bytes: Uint8Array.from(strToU8(text)),
  }));
}

/** The start of a PNG of 4 × 5 pixels. */
const PICTURE_HEAD = [
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...[0, 0, 0, 13, ...strToU8("IHDR"), 0, 0, 0, 4, 0, 0, 0, 5],
];
const picture = (at: number) => Uint8Array.from([...PICTURE_HEAD, ...PIXELS, at]);

const pictures = (): readonly FileBytes[] =>
  ["train/cup/1.png", "train/cup/2.png", "train/fork/1.png", "train/fork/Thumbs.db"]
    .concat("test/cup/a.png", "test/fork/b.png", "test/fork/.DS_Store")
    .map((path, at) => ({ path, bytes: picture(at) }));

const flat = (): readonly FileBytes[] =>
  ["cup.1.jpg", "cup.2.jpg", "cup.3.jpg", "fork.1.jpg", "fork.2.jpg", "fork.3.jpg"].map(
    (path, at) => ({ path, bytes: picture(at) }),
  );

function zip(files: readonly FileBytes[]): Uint8Array<ArrayBuffer> {
  const entries = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
  return Uint8Array.from(zipSync(entries));
}

export const READER_CASES: Readonly<Record<string, ReaderCase>> = {
  h5: model(() =>
    ["nested.keras2.h5", "sequential.keras3.h5", "branches.keras2.h5"].map((name) => [
      fixture(name),
    ]),
  ),
  keras: model(() => [
    ...["nested.keras3.keras", "sequential.keras2.keras"].map((name) => [fixture(name)]),
    [fixture("shapes.keras3.config.json"), fixture("shapes.keras3.weights.h5")],
    ...["shapes.keras2.weights.h5", "shapes.keras3.weights.h5"].map((name) => [fixture(name)]),
  ]),
  tfjs: model(() => [tfjsFiles(), [{ path: "model.zip", bytes: zip(tfjsFiles()) }]]),
  onnx: model(() => [[onnxFile()]]),
  npy: data("arrays", async () => [await arrays(), await npz()]),
  csv: data("csv", async () => [fer(), columns(), gzipped(fer())]),
  idx: data("mnist", async () => [await idx(), gzipped(await idx())]),
  zip: data("images", async () => [
    [{ path: "pictures.zip", bytes: zip(pictures()) }],
    [{ path: "outer.zip", bytes: zip([{ path: "inner.zip", bytes: zip(pictures()) }]) }],
  ]),
  folders: data("images", async () => [pictures(), flat()]),
};
