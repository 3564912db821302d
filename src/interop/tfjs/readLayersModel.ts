/**
 * Reads a TensorFlow.js layers model: `model.json` and the files of weights that it lists. The topology is Keras' own
 * configuration. Weights may be stored in fewer bits (https://github.com/tensorflow/tfjs, `weights_list`).
 */
import { fromHalf } from "../../core/halfFloat.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { ImportedModel, OpenOptions, StoredArray } from "../importedModel.ts";
import type { Config } from "../jsonConfig.ts";
import { finished } from "../keras/finished.ts";
import { type StoredGroup, weightsOf } from "../keras/storedWeights.ts";
import { toGraph } from "../keras/toGraph.ts";
import { readTopology } from "../keras/topology.ts";
import { kerasVersion } from "../keras/version.ts";
import { wrongModel } from "../modelFault.ts";
import { statedFacts } from "../statedFacts.ts";

/** Reads a file that `model.json` names, by its path relative to it; undefined when there is none. */
export type ReadSibling = (path: string) => Promise<Uint8Array | undefined>;

/** @throws PlaygroundError `file.invalid`, also for a graph model, with how to convert it. */
export async function readLayersModel(
  model: Config,
  readSibling: ReadSibling,
  where: string,
  { images }: OpenOptions = {},
): Promise<ImportedModel> {
  if (model.value("format") === "graph-model" || model.object("modelTopology").has("node")) {
    throw wrongModel(where, {
      rule: "this is a graph model of TensorFlow.js, which has operations and no layers",
      expected: "a layers model",
      got: "a graph model",
      remedy: "Convert the Keras model again, with --output_format=tfjs_layers_model.",
    });
  }
  const outer = model.object("modelTopology");
  const topology = outer.has("model_config") ? outer.object("model_config") : outer;
  const version = outer.has("keras_version") ? outer.text("keras_version") : undefined;
  const nodes = readTopology(topology, where, images);
  const kerasGraph = toGraph(nodes, kerasVersion(version, { isTfjs: true }), where);
  const arrays = await storedArrays(model, readSibling, where);
  return {
    origin: `TensorFlow.js layers model${version === undefined ? "" : `, Keras ${version}`}`,
    ...finished(kerasGraph, weightsOf(kerasGraph.weighted, groupsOf(arrays), where)),
    ...statedFacts(model.value("userDefinedMetadata")),
  };
}

/** The arrays in the manifest's order, grouped by the layer that their names say. */
function groupsOf(arrays: readonly StoredArray[]): readonly StoredGroup[] {
  const groups = new Map<string, StoredArray[]>();
  for (const array of arrays) {
    const layer = array.name.split("/").at(-2) ?? array.name;
    const group = groups.get(layer);
    if (group === undefined) groups.set(layer, [array]);
    else group.push(array);
  }
  return [...groups].map(([name, inside]) => ({ name, arrays: inside }));
}

async function storedArrays(
  model: Config,
  readSibling: ReadSibling,
  where: string,
): Promise<readonly StoredArray[]> {
  const arrays: StoredArray[] = [];
  for (const value of model.has("weightsManifest") ? model.list("weightsManifest") : []) {
    const group = model.with(value);
    const bytes = await joined(group, readSibling, where);
    let offset = 0;
    for (const entry of group.list("weights")) {
      const spec = specOf(model.with(entry), where);
      const end = offset + sizeOf(spec.shape) * spec.bytesOfOne;
      if (end > bytes.length) throw cutShort(where, spec.name, end, bytes.length);
      const part = bytes.slice(offset, end);
      arrays.push({ name: spec.name, shape: spec.shape, read: () => spec.decode(part) });
      offset = end;
    }
  }
  return arrays;
}

async function joined(group: Config, readSibling: ReadSibling, where: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of group.list("paths")) {
    const bytes = await readSibling(String(path).replace(/^[.][/]/, ""));
    if (bytes === undefined) {
      throw wrongModel(where, {
        rule: "a file of weights is missing",
        expected: `${String(path)} beside it`,
        got: "no such file",
        remedy: "Choose model.json together with all files that lie beside it.",
      });
    }
    parts.push(bytes);
  }
  return new Uint8Array(await new Blob(parts.map((part) => Uint8Array.from(part))).arrayBuffer());
}

interface ArraySpec {
  readonly name: string;
  readonly shape: Shape;
  readonly bytesOfOne: number;
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => Float32Array;
}

function specOf(entry: Config, where: string): ArraySpec {
  const name = entry.text("name");
  const shape = entry.numbers("shape");
  const quantization = entry.has("quantization") ? entry.object("quantization") : undefined;
  const type = quantization?.text("dtype") ?? entry.text("dtype");
  switch (type) {
    case "float32":
      return { name, shape, bytesOfOne: 4, decode: (bytes) => new Float32Array(bytes.buffer) };
    case "int32":
      return {
        name,
        shape,
        bytesOfOne: 4,
        decode: (bytes) => Float32Array.from(new Int32Array(bytes.buffer)),
      };
    case "float16":
      return {
        name,
        shape,
        bytesOfOne: 2,
        decode: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), fromHalf),
      };
    case "uint8":
    case "uint16": {
      const scale = quantization?.number("scale") ?? 1;
      const min = quantization?.number("min") ?? 0;
      const dequantize = (value: number) => value * scale + min;
      return type === "uint8"
        ? { name, shape, bytesOfOne: 1, decode: (bytes) => Float32Array.from(bytes, dequantize) }
        : {
            name,
            shape,
            bytesOfOne: 2,
            decode: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), dequantize),
          };
    }
    default:
      throw wrongModel(where, {
        rule: `the array ${name} has a type that is not read here`,
        expected: "float32, float16, int32, uint8 or uint16",
        got: type,
        remedy: "Convert the model again, with weights in float32.",
      });
  }
}

function cutShort(where: string, name: string, end: number, length: number): Error {
  return wrongModel(where, {
    rule: `the weights end before the array ${name} does`,
    expected: `${end} bytes at least`,
    got: String(length),
    remedy: "Copy or download the files of weights again.",
  });
}
