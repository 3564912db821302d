/**
 * Sends every recipe of the registry through `.keras`, `.h5` and the TensorFlow.js files, and reads it back: the graph and the bits
 * of the weights must be equal. ONNX says some layers otherwise, so there the predictions and the number of multiplications must be
 * equal.
 */
import { isDeepStrictEqual } from "node:util";
import { serializeError } from "../../src/core/errors.ts";
import { greatestOf } from "../../src/core/numbers.ts";
import type { ImportedModel } from "../../src/interop/importedModel.ts";
import {
  NETWORK_FORMATS,
  type NetworkFormat,
  type SavedNetwork,
} from "../../src/interop/networkFiles.ts";
import { openModel } from "../../src/interop/openModel.ts";
import { fileOf } from "../../src/interop/testing/modelFiles.ts";
import { someImages, trainedWeights } from "../../src/interop/testing/savedNetworks.ts";
import { analyze } from "../../src/network/analyze.ts";
import type { LayerGraph } from "../../src/network/graph.ts";
import { headLayer } from "../../src/network/headLayer.ts";
import { inKerasOrder } from "../../src/network/kerasOrder.ts";
import { buildNetwork } from "../../src/network/networks/registry.ts";
import { RECIPES } from "../../src/settings/recipes/registry.ts";
import { difference, outputsOf, TOLERANCE } from "./compiledEngine.ts";

/** Those whose layers fit together. */
export const WORKING_RECIPES = RECIPES.filter(({ purpose }) => purpose !== "refused");
const FORMATS: readonly NetworkFormat[] = ["keras", "keras-hdf5", "layers-model"];

/** @returns the number of failures, which it prints. */
export async function roundTrips(): Promise<number> {
  let numFailed = 0;
  for (const { id, purpose, settings } of WORKING_RECIPES) {
    const graph = buildNetwork(settings);
    const weights = trainedWeights(graph);
    const facts = { settings, recipe: id, step: 0, classes: null, validation: null, test: null };
    for (const format of FORMATS) {
      const outcome = await outcomeOf(graph, weights, async () => {
        const files = await NETWORK_FORMATS[format].files({ ...facts, weights });
        return openModel(files.map(({ name, bytes }) => fileOf(name, bytes)));
      });
      if (outcome.startsWith("differs")) numFailed += 1;
      console.log(`${id} through ${format}: ${outcome}`);
    }
    const outcome = await throughOnnx({ ...facts, weights }, graph, purpose === "train");
    if (outcome.startsWith("differs")) numFailed += 1;
    console.log(`${id} through onnx: ${outcome}`);
  }
  return numFailed;
}

async function outcomeOf(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array>,
  through: () => Promise<ImportedModel>,
): Promise<string> {
  try {
    const back = await through();
    const sameLayers = isDeepStrictEqual(plain(back.graph), plain(graph));
    const sameBits = [...weights].every(([path, values]) => {
      const found = back.weights?.get(path);
      return found !== undefined && Buffer.compare(bytesOf(found), bytesOf(values)) === 0;
    });
    if (!sameLayers) return "differs in a layer";
    return sameBits && back.weights?.size === weights.size ? "equal" : "differs in a weight";
  } catch (error) {
    const { code, message } = serializeError(error);
    if (code !== "file.unavailable") throw error;
    return `refused: ${message}`;
  }
}

/** @param isComputed false for a network without classes, which no engine computes */
async function throughOnnx(
  network: SavedNetwork,
  graph: LayerGraph,
  isComputed: boolean,
): Promise<string> {
  const { values } = someImages(graph, 1);
  const { weights, outputs: expected } = isComputed
    ? await unsaturated(graph, network.weights, values)
    : { weights: network.weights, outputs: new Float32Array() };
  const files = await NETWORK_FORMATS.onnx.files({ ...network, weights });
  const back = await openModel(files.map(({ name, bytes }) => fileOf(name, bytes)));
  const [macs, wanted] = [analyze(back.graph).macs, analyze(graph).macs];
  if (macs !== wanted) return `differs: ${macs} MACs instead of ${wanted}`;
  if (!isComputed) return "equal MACs; it has no classes to predict";
  const got = await outputsOf(back.graph, back.weights, values);
  const off = difference(expected, got);
  const largest = greatestOf(expected.map(Math.abs)).toPrecision(3);
  const words = `predictions off by ${off.toExponential(1)}, largest ${largest}`;
  return off <= TOLERANCE ? `equal MACs, ${words}` : `differs: ${words}`;
}

/** Shrinks the last kernel until no class has a probability of almost 1, which would hide differences. */
async function unsaturated(
  graph: LayerGraph,
  given: ReadonlyMap<string, Float32Array>,
  values: Float32Array,
) {
  const path = `${headLayer(graph)?.layer.name}/kernel`;
  let weights = given;
  let outputs = await outputsOf(graph, weights, values);
  for (let round = 0; round < 4 && greatestOf(outputs) > 0.9; round += 1) {
    const kernel = weights.get(path)?.map((value) => value / 10);
    if (kernel === undefined) break;
    weights = new Map([...weights, [path, kernel]]);
    outputs = await outputsOf(graph, weights, values);
  }
  return { weights, outputs };
}

/** Files do not say where a layer stands in pictures, and may list layers in Keras' order. */
function plain(graph: LayerGraph) {
  return inKerasOrder(graph).map(({ place: _place, ...layer }) => layer);
}

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
