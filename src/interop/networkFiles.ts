/**
 * A network as the files that it goes out as, the same ones from the page and from the terminal. Owns what the files
 * are called and what they say of the network: program, recipe, seed, step, classes, preparation, settings and how
 * good these very weights were found to be. It refuses to know where the network comes from and where the files go. What writes a
 * format loads when it is asked for first.
 */
import { PlaygroundError } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { preparationText } from "../settings/preparationText.ts";
import type { Settings } from "../settings/settings.ts";

export type NetworkFormat = "layers-model" | "onnx";

/** What an evaluation of the saved weights found, and on how many images. */
export interface Measured {
  readonly loss: number;
  readonly accuracy: number;
  readonly numImages: number;
}

export interface SavedNetwork {
  /** As trained: the head has as many units as the data has classes. */
  readonly settings: Settings;
  readonly recipe: string;
  /** Steps that the weights have had. */
  readonly step: number;
  /** By path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Names of what the outputs stand for; `null` before a run has opened its data. */
  readonly classes: readonly string[] | null;
  /** Of exactly these weights; `null` where nobody measured. */
  readonly validation: Measured | null;
  readonly test: Measured | null;
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The names of all files that a network may go out as. */
export const NETWORK_FILES: Readonly<Record<NetworkFormat, readonly string[]>> = {
  "layers-model": ["model.json", "weights.bin"],
  onnx: ["model.onnx"],
};

/**
 * @throws PlaygroundError `file.unavailable` where the format has no word for the network, `network.shape-mismatch` where a
 * weight is missing.
 */
export function networkFiles(
  format: NetworkFormat,
  network: SavedNetwork,
): Promise<readonly NamedFile[]> {
  return format === "onnx" ? onnxFiles(network) : layersModelFiles(network);
}

/** What a file says of the network in it. */
function originOf(network: SavedNetwork): Readonly<Record<string, unknown>> {
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
  const { layersModelLack, toLayersModelFiles, WEIGHTS_FILE } = await import("./layersModel.ts");
  const graph = buildNetwork(network.settings);
  const lack = layersModelLack(graph);
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
