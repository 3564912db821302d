/**
 * Exports a network as files, the same from the page and from the terminal. This file decides the file names and what the files
 * state about the network: program, recipe, seed, step, classes, preparation, settings and the measured quality of exactly
 * these weights. The caller provides the network and stores the files. The writer of a format loads when that format is first
 * requested.
 */
import { PlaygroundError } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { isCut } from "../network/networks/newHead.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { preparationText } from "../settings/preparationText.ts";
import type { Settings } from "../settings/settings.ts";
import type { StoredImages } from "../settings/storedForm.ts";
import type { KerasNetwork } from "./keras/kerasFiles.ts";
import type { OptimizerState } from "./keras/optimizers.ts";
import type { ProgramOrder } from "./python/program.ts";

/** The formats that training in the terminal writes, in this order. */
export const MODEL_FORMATS = [
  "onnx",
  "layers-model",
  "keras",
  "keras-hdf5",
  "keras-weights",
  "standalone",
] as const;
/** The formats of programs, by the name that a person chooses. */
export const PROGRAM_FORMATS = { keras: "keras-program", pytorch: "pytorch-program" } as const;
export type FrameworkName = keyof typeof PROGRAM_FORMATS;
type ProgramFormat = (typeof PROGRAM_FORMATS)[FrameworkName];
export type NetworkFormat = (typeof MODEL_FORMATS)[number] | ProgramFormat;

/** The result of an evaluation of the saved weights, and the number of its images. */
export interface Measured {
  readonly loss: number;
  readonly accuracy: number;
  readonly numImages: number;
}

export interface SavedNetwork {
  /** The settings as trained: the head has as many units as the data has classes. */
  readonly settings: Settings;
  readonly recipe: string;
  /** The number of steps the weights were trained for. */
  readonly step: number;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** The state of the optimiser beside these weights; undefined where there is none. */
  readonly optimizer?: OptimizerState | undefined;
  /** The class names of the outputs; `null` before a run has opened its data. */
  readonly classes: readonly string[] | null;
  /** The images as the data set stores them; undefined before a run has opened its data. */
  readonly images?: StoredImages | undefined;
  /** Measured with exactly these weights; `null` when there was no measurement. */
  readonly validation: Measured | null;
  readonly test: Measured | null;
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Format {
  /** The names of all files that a network can be exported to. */
  readonly fileNames: readonly string[];
  /**
   * @throws PlaygroundError `file.unavailable` when the format cannot express the network, `network.shape-mismatch` when a
   *   weight is missing.
   */
  readonly files: (network: SavedNetwork) => Promise<readonly NamedFile[]>;
}

export const NETWORK_FORMATS: Readonly<Record<NetworkFormat, Format>> = {
  onnx: { fileNames: ["model.onnx"], files: onnxFiles },
  "layers-model": { fileNames: ["model.json", "weights.bin"], files: layersModelFiles },
  keras: { fileNames: ["model.keras"], files: kerasFiles },
  "keras-hdf5": { fileNames: ["model.h5"], files: kerasHdf5Files },
  "keras-weights": { fileNames: ["trained.weights.h5"], files: kerasWeightsFiles },
  standalone: { fileNames: ["classify.html"], files: standaloneFiles },
  "keras-program": {
    fileNames: [
      ...["train.py", "train.ipynb", "requirements.txt", "README.md", "cluster.py"],
      ...["cluster/ssh.sh", "cluster/slurm.sh", "cluster/jobset.yaml", "network.weights.h5"],
    ],
    files: kerasProgramFiles,
  },
  "pytorch-program": {
    fileNames: [
      ...["settings.py", "network.py", "data.py", "train.py"],
      ...["train.ipynb", "requirements.txt", "README.md", "network.safetensors"],
    ],
    files: pytorchProgramFiles,
  },
};

/** Returns what a file states about the network in it. */
function originOf(network: SavedNetwork) {
  const { recipe, step, settings, classes, validation, test } = network;
  return {
    program: `Xception Playground ${VERSION}`,
    recipe,
    seed: settings.seed,
    step,
    validation,
    test,
    classes,
    preparation: preparationText(settings),
    settings,
  };
}

async function onnxFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const { toOnnxModel } = await import("./onnx/onnxModel.ts");
  const preparation = preparationText(network.settings);
  const details = { preparation, metadata: originOf(network) };
  const graph = buildNetwork(network.settings);
  return [{ name: "model.onnx", bytes: toOnnxModel(graph, network.weights, details) }];
}

async function layersModelFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const [{ toLayersModelFiles, WEIGHTS_FILE }, { configLack }] = await Promise.all([
    import("./layersModel.ts"),
    import("./keras/layerConfigs.ts"),
  ]);
  const graph = buildNetwork(network.settings);
  const lack = configLack(graph, "tfjs");
  if (lack !== null) {
    throw new PlaygroundError({
      code: "file.unavailable",
      where: "Export",
      rule: lack.replace(/[.]$/, ""),
      remedy: "Export it as ONNX, which has one.",
    });
  }
  const { model, weightData } = toLayersModelFiles(graph, network.weights, originOf(network));
  return [
    { name: "model.json", bytes: new TextEncoder().encode(`${JSON.stringify(model)}\n`) },
    { name: WEIGHTS_FILE, bytes: weightData },
  ];
}

async function kerasFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const [{ toKerasArchive }, { zipFiles }] = await Promise.all([
    import("./keras/kerasFiles.ts"),
    import("./zipFiles.ts"),
  ]);
  const files = Object.entries(await toKerasArchive(kerasNetwork(network)));
  return [{ name: "model.keras", bytes: await zipFiles(files) }];
}

async function kerasHdf5Files(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const { toKerasHdf5 } = await import("./keras/kerasFiles.ts");
  return [{ name: "model.h5", bytes: await toKerasHdf5(kerasNetwork(network)) }];
}

async function kerasWeightsFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const { toKerasWeights } = await import("./keras/kerasFiles.ts");
  return [{ name: "trained.weights.h5", bytes: await toKerasWeights(kerasNetwork(network)) }];
}

/** A program for Keras 3, with its weights. */
async function kerasProgramFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const [{ KERAS }, { writeProgram }, { toProgramWeights }] = await Promise.all([
    import("./python/keras/kerasProgram.ts"),
    import("./python/writeProgram.ts"),
    import("./keras/kerasFiles.ts"),
  ]);
  const facts = programFacts(network);
  const { bytes, hasOptimizer } = await toProgramWeights(kerasNetwork(network, facts.graph));
  const texts = writeProgram(KERAS, { ...facts, hasOptimizer });
  return programFiles(texts, { name: KERAS.weightsFile, bytes });
}

/** A program for PyTorch, with its weights. */
async function pytorchProgramFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const [{ PYTORCH }, { writeProgram }, { toProgramTensors }] = await Promise.all([
    import("./python/pytorch/pytorchProgram.ts"),
    import("./python/writeProgram.ts"),
    import("./python/pytorch/weights.ts"),
  ]);
  const facts = programFacts(network);
  const { bytes, hasOptimizer } = toProgramTensors({ ...network, ...facts });
  const texts = writeProgram(PYTORCH, { ...facts, hasOptimizer });
  return programFiles(texts, { name: PYTORCH.weightsFile, bytes });
}

/** All of an order but `hasOptimizer`, which is known when the weights are written. */
function programFacts({
  recipe,
  step,
  settings,
  classes,
}: SavedNetwork): Omit<ProgramOrder, "hasOptimizer"> {
  return {
    ...{ graph: buildNetwork(settings), settings, isBuilt: !isCut(settings), recipe, step },
    classes: classes?.length === settings.classes ? classes : [],
  };
}

function programFiles(
  texts: Readonly<Record<string, string>>,
  weights: NamedFile,
): readonly NamedFile[] {
  const files = Object.entries(texts).map(([name, text]) => ({
    name,
    bytes: new TextEncoder().encode(text),
  }));
  return [...files, weights];
}

function kerasNetwork(network: SavedNetwork, graph = buildNetwork(network.settings)): KerasNetwork {
  const { settings, weights, optimizer } = network;
  return { graph, weights, settings, optimizer, metadata: originOf(network) };
}

async function standaloneFiles(network: SavedNetwork): Promise<readonly NamedFile[]> {
  const [{ standalonePage }, { RECIPES }, { settingRows }, { storedForm }] = await Promise.all([
    import("./standalone/standalonePage.ts"),
    import("../settings/recipes/registry.ts"),
    import("../settings/settingRows.ts"),
    import("../settings/storedForm.ts"),
  ]);
  const { settings, recipe, weights, classes, images } = network;
  const bytes = standalonePage(
    {
      graph: buildNetwork(settings),
      preparation: settings.preparation,
      stored: storedForm(settings, images),
      classes,
      title: RECIPES.find(({ id }) => id === recipe)?.title ?? recipe,
      origin: originOf(network),
      settings: settingRows(settings),
      weights: [...weights].map(([path, { length }]) => [path, length]),
    },
    weights,
  );
  return [{ name: "classify.html", bytes }];
}
