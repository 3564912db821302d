/**
 * Opens a model that another program wrote, from the files that a person gave. The first bytes decide what a file is; names
 * only say which files belong together.
 */
import { fileFormatOf } from "../core/fileFormat.ts";
import { type PackedFile, unpackZip } from "../data/own/archive.ts";
import { factsBeside } from "./factsBeside.ts";
import type { ImportedModel, OpenOptions, WeightsFile } from "./importedModel.ts";
import { type Config, parseConfig } from "./jsonConfig.ts";
import { METADATA_KEY } from "./keras/metadata.ts";
import { wrongModel } from "./modelFault.ts";
import { isOtherByBytes, noModel } from "./otherModels.ts";

/** A file among those that were given, or in a zip. It is read when its contents are needed. */
export interface ModelFile {
  readonly path: string;
  readonly head: Uint8Array;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws PlaygroundError `file.invalid` naming the file, the layer and the reason. */
export async function openModel(given: readonly ModelFile[]): Promise<ImportedModel> {
  return requireModel(await openModelOrWeights(given), given[0]?.path ?? "The file");
}

/** @throws PlaygroundError `file.invalid` for weights alone */
export function requireModel(opened: ImportedModel | WeightsFile, where: string): ImportedModel {
  if ("graph" in opened) return opened;
  throw wrongModel(where, {
    rule: "the file has weights and no description of the layers",
    expected: "the attribute model_config",
    got: opened.groups
      .slice(0, 8)
      .map(({ name }) => name)
      .join(", "),
    remedy:
      "Give the model's configuration (model.to_json()) together with this file, or train the recipe of its network with --weights.",
  });
}

/** Weights without a description of the layers are returned as such. @throws as `openModel` */
export async function openModelOrWeights(
  given: readonly ModelFile[],
  options: OpenOptions = {},
): Promise<ImportedModel | WeightsFile> {
  const files = (await Promise.all(given.map(withUnpacked))).flat();
  const opened = await modelIn(given, files, options);
  const beside = await factsBeside(files);
  return {
    ...opened,
    classes: opened.classes ?? beside.classes,
    preparation: opened.preparation ?? beside.preparation,
  };
}

async function modelIn(
  given: readonly ModelFile[],
  files: readonly ModelFile[],
  options: OpenOptions,
): Promise<ImportedModel | WeightsFile> {
  const kinds = files.map((file) => ({ file, kind: kindOf(file) }));
  const ofKind = (kind: Kind) => kinds.filter((one) => one.kind === kind).map(({ file }) => file);
  const archive = files.find(({ path }) => /(^|[/])model[.]weights[.]h5$/.test(path));
  const descriptions = await Promise.all(ofKind("json").map(descriptionOf));
  if (archive !== undefined) return openKerasArchive(archive, descriptions, options);
  const described = descriptions.filter(({ what }) => what !== "other");
  const [first, second] = described;
  const weights = ofKind("hdf5");
  if (second !== undefined) throw unclear(described.map(({ file }) => file.path));
  if (first?.what === "tfjs") return openTfjs(first, files, options);
  if (first !== undefined) return openKerasConfig(first, weights, options);
  const [hdf5, ...more] = weights;
  if (hdf5 !== undefined && more.length === 0) {
    const { readKerasHdf5 } = await import("./keras/readKeras.ts");
    return readKerasHdf5(await hdf5.read(), hdf5.path, options);
  }
  if (hdf5 !== undefined) throw unclear(weights.map(({ path }) => path));
  const [onnx, ...moreOnnx] = ofKind("onnx");
  if (moreOnnx.length > 0) throw unclear(ofKind("onnx").map(({ path }) => path));
  if (onnx !== undefined) {
    const { readOnnx } = await import("./onnx/readOnnx.ts");
    const folder = onnx.path.slice(0, onnx.path.lastIndexOf("/") + 1);
    const byPath = new Map(files.map((one) => [one.path, one]));
    const readBeside = async (name: string) => byPath.get(`${folder}${name}`)?.read();
    return readOnnx(await onnx.read(), onnx.path, readBeside);
  }
  throw noModel(given, files);
}

type Kind = "hdf5" | "json" | "onnx" | "other";

function kindOf({ path, head }: ModelFile): Kind {
  const format = fileFormatOf(head);
  if (format === "hdf5") return "hdf5";
  // A protocol buffer has no first bytes of its own.
  const isOnnx = format === "unknown" && /[.]onnx$/i.test(path) && !isOtherByBytes({ path, head });
  if (isOnnx) return "onnx";
  const startsAsObject = /^\s*["{]/.test(new TextDecoder().decode(head.subarray(0, 64)));
  return format === "text" && (startsAsObject || path.endsWith(".json")) ? "json" : "other";
}

/** Replaces a zip (a `.keras` file is one) by the files in it. */
async function withUnpacked(file: ModelFile): Promise<readonly ModelFile[]> {
  if (fileFormatOf(file.head) !== "zip") return [file];
  const { files } = await unpackZip({ path: file.path, file: new Blob([await file.read()]) });
  return Promise.all(files.map(unpacked));
}

async function unpacked(file: PackedFile): Promise<ModelFile> {
  if (file.obstacle !== undefined) {
    throw wrongModel(file.path, {
      rule: "the file in the archive cannot be read",
      expected: "a file that can be unpacked",
      got: file.obstacle,
      remedy: "Save the model again.",
    });
  }
  return { path: file.path, head: await file.head(), read: file.bytes };
}

interface Description {
  readonly file: ModelFile;
  readonly config: Config;
  readonly what: "tfjs" | "keras" | "other";
}

/** A configuration may be stored as JSON or as a text within JSON, as `json.dump(model.to_json())` writes it. */
async function descriptionOf(file: ModelFile): Promise<Description> {
  const text = new TextDecoder().decode(await file.read());
  const config = parseConfig(textWithin(text), file.path);
  if (config.has("modelTopology")) return { file, config, what: "tfjs" };
  if (config.has("class_name") && config.has("config")) return { file, config, what: "keras" };
  if (config.has("layers")) return { file, config: functionalOf(config), what: "keras" };
  return { file, config, what: "other" };
}

function textWithin(text: string): string {
  if (!/^\s*"/.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** `model.get_config()` alone lacks the class, which the keys show. */
function functionalOf(config: Config): Config {
  const className = config.has("input_layers") ? "Functional" : "Sequential";
  const inner = Object.fromEntries(config.keys.map((key) => [key, config.value(key)]));
  return config.with({ class_name: className, config: inner });
}

async function openKerasArchive(
  weights: ModelFile,
  descriptions: readonly Description[],
  { images }: OpenOptions,
): Promise<ImportedModel> {
  const beside = (name: string) => weights.path.replace(/model[.]weights[.]h5$/, name);
  const model = descriptions.find(({ file }) => file.path === beside("config.json"));
  const metadata = descriptions.find(({ file }) => file.path === beside("metadata.json"));
  if (model === undefined) {
    throw wrongModel(weights.path, {
      rule: "the archive has weights and no description of the layers",
      expected: "config.json beside it",
      got: "none",
      remedy: "Save the model again with model.save.",
    });
  }
  const { readKerasConfig } = await import("./keras/readKeras.ts");
  const version = metadata?.config.text("keras_version", "");
  return readKerasConfig(
    model.config,
    await weights.read(),
    { version, format: "archive", images, metadata: metadata?.config.value(METADATA_KEY) },
    weights.path,
  );
}

async function openKerasConfig(
  { config, file }: Description,
  weights: readonly ModelFile[],
  { images }: OpenOptions,
): Promise<ImportedModel> {
  if (weights.length > 1) throw unclear(weights.map(({ path }) => path));
  const { readKerasConfig } = await import("./keras/readKeras.ts");
  const version = config.has("keras_version") ? config.text("keras_version") : undefined;
  const backend = config.has("backend") ? config.text("backend") : undefined;
  const origin = { version, backend, format: "configuration", images };
  return readKerasConfig(config, await weights[0]?.read(), origin, weights[0]?.path ?? file.path);
}

async function openTfjs(
  { config, file }: Description,
  files: readonly ModelFile[],
  options: OpenOptions,
): Promise<ImportedModel> {
  const { readLayersModel } = await import("./tfjs/readLayersModel.ts");
  const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
  const byPath = new Map(files.map((one) => [one.path, one]));
  const readSibling = async (path: string) => byPath.get(`${folder}${path}`)?.read();
  return readLayersModel(config, readSibling, file.path, options);
}

function unclear(paths: readonly string[]): Error {
  return wrongModel(paths[0] ?? "The files", {
    rule: "there are several models or files of weights",
    expected: "one",
    got: paths.slice(0, 8).join(", "),
    remedy: "Choose the files of one model.",
  });
}
