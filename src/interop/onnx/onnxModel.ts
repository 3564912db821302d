/**
 * Writes a network with its weights as an ONNX file, for onnxruntime, Netron and other ONNX readers. It is for inference only:
 * batch norms use their moving statistics and dropout is removed. The input stays `[N, H, W, C]`, as everywhere here. Inside,
 * maps are `[N, C, H, W]`, ONNX's only order. It returns data, which the caller stores.
 */
import { analyze } from "../../network/analyze.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { requireWeight } from "../requireWeight.ts";
import { createOnnxGraph, type OnnxTensor } from "./onnxGraph.ts";
import { CHANNELS_LAST, writeLayer } from "./onnxLayers.ts";

export interface OnnxDetails {
  /** Describes the input: how to prepare an image for the model. */
  readonly preparation: string;
  /** Stored in the model as `metadata_props`: strings unchanged, everything else as JSON. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The names of the model's input and output. */
const INPUT = "images";
const OUTPUT = "output";

/**
 * @param weights by path, as an executor's `readWeights` returns them.
 * @throws PlaygroundError `network.shape-mismatch` when one is missing or has another size.
 */
export function toOnnxModel(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array>,
  { preparation, metadata }: OnnxDetails,
): Uint8Array<ArrayBuffer> {
  const { layers } = analyze(graph);
  const shapes = new Map(layers.map(({ layer, shape }) => [layer.name, shape]));
  const onnx = createOnnxGraph();
  for (const { layer, shape, weights: specs } of layers) {
    writeLayer(layer, {
      onnx,
      inputs: layer.type === "InputLayer" ? [INPUT] : layer.inputs,
      inputShapes: layer.inputs.map((name) => shapes.get(name) ?? []),
      shape,
      weight(name) {
        const spec = specs.find((one) => one.name === name);
        return requireWeight(weights, `${layer.name}/${name}`, spec?.shape ?? []);
      },
    });
    const [height, width, channels] = shape;
    onnx.describe(
      layer.name,
      shape.length === 3 ? [channels ?? 0, height ?? 0, width ?? 0] : shape,
    );
  }
  const [first, last] = [layers[0], layers.at(-1)];
  const result: OnnxTensor = last?.layer.name ?? INPUT;
  const output = last?.shape ?? [];
  if (output.length === 3) onnx.node("Transpose", [result], OUTPUT, { perm: CHANNELS_LAST });
  else onnx.node("Identity", [result], OUTPUT);
  return onnx.finish({
    name: graph.name,
    description: `${graph.name}, trained in Xception Playground. ${preparation}`,
    input: {
      name: INPUT,
      shape: first?.shape ?? [],
      description: `[N, H, W, C]. ${preparation}`,
    },
    output: { name: OUTPUT, shape: output, description: "As the network's last layer gives it." },
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  });
}
