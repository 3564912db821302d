/**
 * Reads ONNX classifiers of convolutions, pools and dense layers. ONNX stores maps with channels first; the graph stores them
 * last, so kernels are turned, and the rows of a dense kernel that reads a flattened map are permuted.
 * Operators: https://onnx.ai/onnx/operators/
 */
import { fromBinary } from "@bufbuild/protobuf";
import { reasonOf } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import { GraphAssembler } from "../graphAssembler.ts";
import type { ImportedModel } from "../importedModel.ts";
import { Refusals, wrongModel } from "../modelFault.ts";
import { combined } from "../scaling.ts";
import { statedFacts } from "../statedFacts.ts";
import { withFactorsLast } from "./factorsLast.ts";
import { withLayerNormalizations } from "./layerNormalizations.ts";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from "./onnxMessages.ts";
import { OnnxReader } from "./onnxReader.ts";
import { readDerived, readOperator } from "./readOperators.ts";

/** @throws PlaygroundError `file.invalid` naming the node. */
export async function readOnnx(
  bytes: Uint8Array,
  where: string,
  readBeside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<ImportedModel> {
  const model = parse(bytes, where);
  if (model.graph === undefined) throw notOnnx(where, "no graph");
  const inOrder = { ...model.graph, node: withFactorsLast(model.graph) };
  const graph = { ...inOrder, node: withLayerNormalizations(inOrder) };
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const input = only(
    graph.input.filter(({ name }) => !constants.has(name)),
    "inputs",
    where,
  );
  const output = only(graph.output, "outputs", where);
  const shape = inputShapeOf(input, where);
  const assembler = new GraphAssembler();
  const external = await filesBeside(graph, readBeside);
  const operatorSet = Number(
    model.opsetImport.find(({ domain = "" }) => domain === "" || domain === "ai.onnx")?.version ??
      1,
  );
  const reader = new OnnxReader({ where, graph, operatorSet, external }, assembler, readDerived);
  const channelsFirst = shape.length === 3 && reader.hasChannelsFirst(input.name ?? "", shape);
  reader.set(input.name ?? "", {
    tensor: assembler.input(input.name ?? "input", channelsFirst ? lastChannels(shape) : shape),
    dims: shape,
    channelsFirst,
  });
  const refusals = new Refusals();
  const unknown = new Set<string>();
  for (const [index, node] of graph.node.entries()) {
    const isReached = !node.input.some((name) => unknown.has(name));
    const read = () => {
      if (isReached) readOperator(reader, node);
      return isReached;
    };
    if (refusals.attempt(nameOf(node, index), read) !== true)
      for (const name of node.output) unknown.add(name);
  }
  refusals.conclude(() =>
    graph.node.map((node, index) => {
      const [result = ""] = node.output;
      const shape = unknown.has(result) ? undefined : reader.shapeOf(result);
      return { name: nameOf(node, index), type: node.opType ?? "", shape };
    }),
  );
  const result = reader.outputOf(reader.value(output.name ?? ""));
  const layers = assembler.upTo(result.name);
  return {
    origin: `ONNX (${model.producerName ?? "unknown program"})`,
    graph: { name: graph.name || "model", layers },
    weights: reader.weightsOf(layers),
    input: { ...(reader.inputForm ?? { shape, channelsFirst }), ...combined(reader.scaling) },
    ...statedFacts(metadataOf(model)),
    notes: [],
  };
}

/** The files of weights that the constants name, by these names. Names that lead out of the model's folder are not read. */
async function filesBeside(
  { initializer }: GraphProto,
  readBeside: (name: string) => Promise<Uint8Array | undefined>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = new Set(
    initializer.flatMap(({ externalData }) =>
      externalData.flatMap(({ key, value = "" }) => (key === "location" ? [value] : [])),
    ),
  );
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const file = await readBeside(name.replace(/^[.]\//, ""));
    if (file !== undefined) files.set(name, file);
  }
  return files;
}

/** Nodes need no name; what they give is named. */
function nameOf({ name, output }: NodeProto, index: number): string {
  return name || output[0] || `node ${index}`;
}

function parse(bytes: Uint8Array, where: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw notOnnx(where, reasonOf(error));
  }
}

function notOnnx(where: string, got: string): Error {
  return wrongModel(where, {
    rule: "this is no ONNX model, or it is damaged",
    expected: "an ONNX model",
    got,
    remedy: "Export the model again.",
  });
}

function only(values: readonly ValueInfoProto[], what: string, where: string): ValueInfoProto {
  const [value] = values;
  if (value !== undefined && values.length === 1) return value;
  throw wrongModel(where, {
    rule: `the model has several ${what}`,
    expected: "one",
    got: values.map(({ name }) => name).join(", ") || "none",
    remedy: "Export a classifier with one input and one output.",
  });
}

/** The batch may have any size or name; the other sides must be numbers. */
function inputShapeOf({ name, type }: ValueInfoProto, where: string): Shape {
  const dims = type?.value.case === "tensorType" ? (type.value.value.shape?.dim ?? []) : [];
  const sides = dims
    .slice(1)
    .map(({ value }) => (value.case === "dimValue" ? Number(value.value) : 0));
  if (sides.length >= 1 && sides.length <= 3 && sides.every((side) => side >= 1)) return sides;
  throw wrongModel(where, {
    rule: `the input ${name ?? ""} is not an image or a vector of a fixed size`,
    expected: "[batch, channels, height, width] with numbers",
    got: dims.map(({ value }) => String(value.value ?? "?")).join("x") || "no shape",
    remedy: "Export the model with a fixed input size.",
  });
}

function lastChannels([channels = 1, height = 1, width = 1]: Shape): Shape {
  return [height, width, channels];
}

/** The values are JSON in files that this program writes, and any text in others. */
function metadataOf({ metadataProps }: ModelProto): unknown {
  return Object.fromEntries(
    metadataProps.flatMap(({ key = "", value = "" }) => {
      try {
        return [[key, JSON.parse(value)]];
      } catch {
        return [];
      }
    }),
  );
}
