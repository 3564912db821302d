/**
 * Names what is no model that this program reads, by its first bytes or the names of its files, and says how to convert it.
 * Nothing of such a file is run.
 */
import { FILE_FORMATS, type FileFormat, fileFormatOf } from "../core/fileFormat.ts";
import { wrongModel } from "./modelFault.ts";

export interface NamedHead {
  readonly path: string;
  readonly head: Uint8Array;
}

interface OtherModel {
  /** The common name, which follows "got". */
  readonly what: string;
  readonly remedy: string;
  /** Whether a file is a part of such a model. */
  readonly isPart: (file: NamedHead) => boolean;
}

const named = (pattern: RegExp) => (file: NamedHead) => pattern.test(file.path);
const begins =
  (offset: number, text: string) =>
  ({ head }: NamedHead) =>
    [...text].every((letter, at) => head[offset + at] === letter.charCodeAt(0));

const TORCH_EXPORT = 'torch.onnx.export(model.eval(), example, "model.onnx")';
const BY_TF2ONNX = "python -m tf2onnx.convert";
const FROM_SOURCE = "Export the model that it was made from as ONNX or save it as .keras.";

/** The first that fits names the files. */
const OTHERS: readonly OtherModel[] = [
  {
    what: "a SavedModel of TensorFlow",
    remedy: `Convert its folder: ${BY_TF2ONNX} --saved-model FOLDER --output model.onnx.`,
    isPart: named(
      /(^|[/])(saved_model[.]pb(txt)?|keras_metadata[.]pb|variables[/]variables[.]index)$/,
    ),
  },
  {
    what: "a TensorFlow Lite model",
    remedy: `Convert it: ${BY_TF2ONNX} --tflite model.tflite --output model.onnx.`,
    isPart: (file) => begins(4, "TFL3")(file) || named(/[.]tflite$/i)(file),
  },
  {
    what: "a Core ML model",
    remedy: FROM_SOURCE,
    isPart: named(/[.]mlmodel$|[.]mlpackage[/]|(^|[/])com[.]apple[.]CoreML[/]/i),
  },
  {
    what: "a frozen graph of TensorFlow",
    remedy: `Convert it: ${BY_TF2ONNX} --graphdef model.pb --inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx.`,
    isPart: named(/[.](pb|pbtxt)$/i),
  },
  {
    what: "a checkpoint of TensorFlow, which holds weights alone",
    remedy: "Load it into its model in TensorFlow and save that as .keras.",
    isPart: named(/(^|[/])checkpoint$|[.]ckpt([.-]|$)|[.]data-\d{5}-of-\d{5}$/i),
  },
  {
    what: "a file of PyTorch",
    remedy: `Load it in PyTorch and export it: ${TORCH_EXPORT}.`,
    isPart: (file) =>
      isLegacyTorch(file) ||
      named(/(^|[/])(data[.]pkl|constants[.]pkl)$|[.](pt|pth|ptl|torch|mar)$/i)(file),
  },
  {
    what: "weights in the form of safetensors, without layers",
    remedy: `Load them into their model in PyTorch and export it: ${TORCH_EXPORT}.`,
    isPart: (file) => begins(8, "{")(file) && named(/[.]safetensors$/i)(file),
  },
  {
    what: "GGUF, weights of a language model",
    remedy: "Choose a classifier of images.",
    isPart: begins(0, "GGUF"),
  },
  {
    what: "a model in ONNX Runtime's own format",
    remedy: "Choose the .onnx file that it was made from.",
    isPart: (file) => begins(4, "ORTM")(file) || named(/[.]ort$/i)(file),
  },
  {
    what: "a pickle, which can hold any Python program and is never loaded",
    remedy:
      'Save the model with its own program: model.save("model.keras") in Keras, torch.onnx.export in PyTorch.',
    isPart: (file) => isPickle(file) || named(/[.](pkl|pickle|joblib|sav)$/i)(file),
  },
  {
    what: "a model of Caffe",
    remedy: FROM_SOURCE,
    isPart: named(/[.](caffemodel|prototxt)$/i),
  },
  { what: "a model of Darknet", remedy: FROM_SOURCE, isPart: named(/[.](cfg|weights)$/i) },
  { what: "a model of OpenVINO", remedy: FROM_SOURCE, isPart: named(/[.]xml$/i) },
  { what: "a model of PaddlePaddle", remedy: FROM_SOURCE, isPart: named(/[.]pd(model|iparams)$/i) },
  { what: "an engine of TensorRT", remedy: FROM_SOURCE, isPart: named(/[.](engine|trt|plan)$/i) },
];

/** Every pickle from protocol 2 on begins so. */
function isPickle({ head: [first, protocol = 0] }: NamedHead): boolean {
  return first === 0x80 && protocol >= 2 && protocol <= 5;
}

/** PyTorch before 1.6 wrote a number of its own in a pickle first. */
function isLegacyTorch(file: NamedHead): boolean {
  const number = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  return isPickle(file) && number.every((byte, at) => file.head[2 + at] === byte);
}

/** @returns what a model is that another program has to convert; undefined for everything else. */
function otherModel(files: readonly NamedHead[]): OtherModel | undefined {
  return OTHERS.find(({ isPart }) => files.some(isPart));
}

/** Whether the first bytes show that a file is no ONNX model, whatever its name is. */
export function isOtherByBytes({ head }: NamedHead): boolean {
  return otherModel([{ path: "", head }]) !== undefined;
}

/**
 * @param given the files that a person chose.
 * @param files the same, with zips unpacked.
 */
export function noModel(given: readonly NamedHead[], files: readonly NamedHead[]): Error {
  const other = otherModel([...given, ...files]);
  const formats = files.map(({ head }): FileFormat => FILE_FORMATS[fileFormatOf(head)]);
  const [advice] = formats.flatMap(({ advice: one }) => (one === undefined ? [] : [one]));
  const titles = [...new Set(formats.map(({ title }) => title))].slice(0, 4).join(", ");
  const parts = given.length === 1 ? given : files.filter((file) => other?.isPart(file));
  return wrongModel(parts[0]?.path ?? files[0]?.path ?? "The files", {
    rule: "there is no model in what was chosen",
    expected: "a Keras file, model.json of TensorFlow.js with its weights, or ONNX",
    got: other?.what ?? (titles || "no file"),
    remedy:
      other?.remedy ??
      (advice === undefined
        ? "Choose the file that the model was saved to."
        : `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`),
  });
}
