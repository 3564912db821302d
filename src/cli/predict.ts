/**
 * `predict MODEL INPUT --out OUT`: classifies images with a model of any program that this one reads, or with what `train`
 * wrote.
 */
import { openAsBlob } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { csvText } from "../core/csv.ts";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { npyBytes } from "../core/npy.ts";
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import { readNpyHeader } from "../data/own/npyHeader.ts";
import { readNpyValues } from "../data/own/npyValues.ts";
import type { ImportedModel } from "../interop/importedModel.ts";
import { createCommand, say } from "./commandLine.ts";
import { ENGINE_NAMES, type EngineName } from "./engines.ts";
import { openModelAt } from "./modelOnDisk.ts";
import { createPredictor } from "./prediction/createPredictor.ts";
import { type PictureFolder, pictureFolder } from "./prediction/pictureFolder.ts";
import {
  guessScale,
  PICTURE_SCALES,
  type PictureScale,
  scaleNamed,
} from "./prediction/pictureScale.ts";
import { prepareKernels } from "./prepare.ts";
import { requireWritableFile } from "./training/modelFolder.ts";
import { ENGINE_RULE, requireName } from "./words.ts";

export function predictCommand() {
  return createCommand({
    name: "predict",
    description:
      "Classifies images with a model: a Keras file, a TensorFlow.js layers model, ONNX, or what train wrote.",
    examples: [
      ["npm run predict -- model.keras images.npy --out probabilities.npy", "a NumPy array"],
      ["npm run predict -- trained/one-minute images.npy --out probabilities.csv", "a table"],
      ["npm run predict -- model.h5 pictures/ --scale 0..1", "PNG and JPEG files of a folder"],
    ],
    notes: [
      "INPUT is a NumPy array [images, ...] with the numbers that the model's input takes, as the program that trained it\nprepared them, or a folder of pictures. OUT ends in .npy (float32, [images, outputs]) or .csv.",
      `Scales of pictures: ${Object.entries(PICTURE_SCALES)
        .map(([name, what]) => `${name} (${what})`)
        .join("; ")}.`,
    ],
  })
    .argument("<model>", "a file, a folder, or a description with its weights in the same folder")
    .argument("<input>", "a NumPy array of images, or a folder of pictures")
    .option("--out <file>", "where the outputs go: .npy or .csv (default: predictions.csv)")
    .option("--scale <name>", "how the bytes of pictures are scaled (default: guessed, and said)")
    .option("--engine <name>", `${ENGINE_NAMES.join(", ")} (default: wasm)`)
    .action(async (path, input, { out = "predictions.csv", engine = "wasm", scale }) => {
      const given = scale === undefined ? undefined : scaleNamed(scale);
      await predict(path, input, out, requireName(engine, ENGINE_NAMES, ENGINE_RULE), given);
    });
}

async function predict(
  path: string,
  inputPath: string,
  out: string,
  engine: EngineName,
  scale: PictureScale | undefined,
): Promise<void> {
  const isTable = out.endsWith(".csv");
  if (!isTable && !out.endsWith(".npy")) throw wrongOut(out);
  await requireWritableFile(out);
  const model = await openModelAt(path, { images: await shapeOfImages(inputPath) });
  if (engine === "wasm") await prepareKernels();
  const { images, names, notes } = await inputAt(inputPath, model, scale);
  const { outputs, width } = await (await createPredictor(model, engine)).predict(images());
  const rows = outputs.length / width;
  await writeFile(
    out,
    isTable
      ? csvOf(outputs, width, model, names)
      : npyBytes({ shape: [rows, width], values: outputs }),
  );
  for (const note of [...model.notes, ...notes()]) say(note);
  say(`${rows} rows of ${width} outputs written to ${out}.`);
}

interface PredictInput extends Pick<PictureFolder, "images" | "notes"> {
  /** What the first column of the table holds; undefined for numbers. */
  readonly names: readonly string[] | undefined;
}

async function inputAt(
  path: string,
  model: ImportedModel,
  scale: PictureScale | undefined,
): Promise<PredictInput> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (isFolder) {
    const guess = guessScale(model);
    if (scale === undefined)
      say(`The pictures are taken as ${guess.scale}: ${guess.why}. --scale gives another one.`);
    return pictureFolder(path, model.input, scale ?? guess.scale);
  }
  if (scale !== undefined) throw scaleOfArray(path);
  const all = await imagesIn(path, model.input.shape);
  const size = sizeOf(model.input.shape);
  return {
    names: undefined,
    notes: () => [],
    async *images() {
      for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
    },
  };
}

/** Returns the shape of one image of a NumPy array; undefined for a folder, and for what is refused when it is read. */
async function shapeOfImages(path: string): Promise<Shape | undefined> {
  if (!path.endsWith(".npy")) return undefined;
  try {
    const file = await openAsBlob(path);
    return (await readNpyHeader({ path, file })).shape.slice(1);
  } catch {
    return undefined;
  }
}

/** @returns the images as the file has them, one after another. */
async function imagesIn(path: string, shape: Shape): Promise<Float32Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw wrongInput(
      path,
      "the input cannot be read",
      "a NumPy array or a folder",
      reasonOf(error),
    );
  });
  const file = { path, file: new Blob([Uint8Array.from(bytes)]) };
  const header = await readNpyHeader(file);
  const [rows = 0, ...rest] = header.shape;
  if (
    rows < 1 ||
    sizeOf(rest) !== sizeOf(shape) ||
    (rest.length === shape.length && formatShape(rest) !== formatShape(shape))
  )
    throw wrongInput(
      path,
      "the array does not fit the model's input",
      `images of ${formatShape(shape)}`,
      formatShape(header.shape),
    );
  return Float32Array.from(await readNpyValues(file, header));
}

function csvOf(
  outputs: Float32Array,
  width: number,
  { classes }: ImportedModel,
  images: readonly string[] | undefined,
): string {
  const names = Array.from({ length: width }, (_, index) => classes?.[index] ?? `output ${index}`);
  const rows = Array.from({ length: outputs.length / width }, (_, row) => [
    images?.[row] ?? row,
    ...outputs.subarray(row * width, (row + 1) * width),
  ]);
  return csvText([["image", ...names], ...rows]);
}

function wrongOut(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: "--out",
    rule: "the outputs are written as a NumPy array or as a table",
    expected: "a name that ends in .npy or .csv",
    got,
    remedy: "Choose another name.",
  });
}

function scaleOfArray(path: string): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: "--scale",
    rule: "it scales the bytes of pictures",
    expected: "a folder of pictures as INPUT",
    got: path,
    remedy: "Leave it out: an array holds what the model's input takes.",
  });
}

function wrongInput(path: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: path,
    rule,
    expected,
    got,
    remedy: "Give an array with one entry for each image on its first axis.",
  });
}
