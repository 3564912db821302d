/**
 * `predict MODEL INPUT --out OUT`: classifies images with a model of any program that this one reads, or with what `train`
 * wrote.
 */
import { readFile, writeFile } from "node:fs/promises";
import { csvText } from "../core/csv.ts";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { npyBytes } from "../core/npy.ts";
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import { readNpyHeader } from "../data/own/npyHeader.ts";
import { readNpyValues } from "../data/own/npyValues.ts";
import type { ImportedModel } from "../interop/importedModel.ts";
import { createCommand, say } from "./commandLine.ts";
import { createPredictor } from "./createPredictor.ts";
import { ENGINE_NAMES, type EngineName } from "./engines.ts";
import { openModelAt } from "./modelOnDisk.ts";
import { prepareKernels } from "./prepare.ts";
import { requireWritableFile } from "./training/modelFolder.ts";
import { ENGINE_RULE, requireName } from "./words.ts";

export function predictCommand() {
  return createCommand({
    name: "predict",
    description:
      "Classifies images with a model: a Keras file, a TensorFlow.js layers model, or what train wrote.",
    examples: [
      ["npm run predict -- model.keras images.npy --out probabilities.npy", "a NumPy array"],
      ["npm run predict -- trained/one-minute images.npy --out probabilities.csv", "a table"],
    ],
    notes: [
      "INPUT is a NumPy array [images, ...] with the numbers that the model's input takes, as the program that trained it\nprepared them. OUT ends in .npy (float32, [images, outputs]) or .csv.",
    ],
  })
    .argument("<model>", "a file, a folder, or a description with its weights in the same folder")
    .argument("<input>", "a NumPy array of images")
    .option("--out <file>", "where the outputs go: .npy or .csv (default: predictions.csv)")
    .option("--engine <name>", `${ENGINE_NAMES.join(", ")} (default: wasm)`)
    .action(async (path, input, { out = "predictions.csv", engine = "wasm" }) => {
      await predict(path, input, out, requireName(engine, ENGINE_NAMES, ENGINE_RULE));
    });
}

async function predict(
  path: string,
  inputPath: string,
  out: string,
  engine: EngineName,
): Promise<void> {
  const isTable = out.endsWith(".csv");
  if (!isTable && !out.endsWith(".npy")) throw wrongOut(out);
  await requireWritableFile(out);
  const model = await openModelAt(path);
  if (engine === "wasm") await prepareKernels();
  const images = await imagesIn(inputPath, model.input.shape);
  const { outputs, width } = await (await createPredictor(model, engine)).predict(images);
  const rows = outputs.length / width;
  await writeFile(
    out,
    isTable ? csvOf(outputs, width, model) : npyBytes({ shape: [rows, width], values: outputs }),
  );
  for (const note of model.notes) say(note);
  say(`${rows} rows of ${width} outputs written to ${out}.`);
}

/** @returns the images as the file has them, one after another. */
async function imagesIn(path: string, shape: Shape): Promise<Float32Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw wrongInput(path, "the input cannot be read", "a NumPy array", reasonOf(error));
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

function csvOf(outputs: Float32Array, width: number, { classes }: ImportedModel): string {
  const names = Array.from({ length: width }, (_, index) => classes?.[index] ?? `output ${index}`);
  const rows = Array.from({ length: outputs.length / width }, (_, row) => [
    row,
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
