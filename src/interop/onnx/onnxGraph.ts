/**
 * Collects the nodes and constants of an ONNX graph and writes them as a file, by ONNX's own schema. The layers are in
 * `onnxLayers.ts`.
 */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Shape } from "../../core/shape.ts";
import type {
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./onnxMessages.ts";
import { ModelProtoSchema } from "./onnxMessages.ts";

/** The operator set of ONNX 1.12 (2022), with the file format of the same release, which is old enough for every reader. */
const OPERATOR_SET = 17n;
const FILE_FORMAT = 8n;
const FLOAT32 = 1;
const INT64 = 7;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

/** The name of a tensor in the graph. */
export type OnnxTensor = string;

/**
 * Whole numbers and lists become ONNX integers. A floating-point attribute is written as `{ float }`, a text as `{ text }`.
 */
type Attribute =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly text: string };

export interface OnnxGraph {
  /** Adds a node with one output and returns the output's name. Without a name the node has that of its output. */
  node(
    operator: string,
    inputs: readonly OnnxTensor[],
    output: OnnxTensor,
    attributes?: Readonly<Record<string, Attribute>>,
  ): OnnxTensor;
  /** Adds a float32 constant. */
  floats(name: OnnxTensor, shape: Shape, values: Float32Array): OnnxTensor;
  /** Adds a constant list of whole numbers. */
  integers(name: OnnxTensor, values: readonly number[]): OnnxTensor;
  /** States the shape of a tensor, without the batch axis, for viewers of the graph. */
  describe(name: OnnxTensor, shape: Shape): void;
  finish(ends: OnnxEnds): Uint8Array<ArrayBuffer>;
}

export interface OnnxEnds {
  readonly name: string;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  /** Text for people, which viewers show. */
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OnnxValue {
  readonly name: OnnxTensor;
  /** Without the batch axis, whose size is free. */
  readonly shape: Shape;
  readonly description: string;
}

export function createOnnxGraph(): OnnxGraph {
  const nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  const constants: MessageInitShape<typeof TensorProtoSchema>[] = [];
  const values: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  const constant = (name: OnnxTensor, shape: Shape, dataType: number, data: ArrayBufferView) => {
    constants.push({
      name,
      dims: shape.map(BigInt),
      dataType,
      rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
    });
    return name;
  };

  return {
    node(operator, inputs, output, attributes = {}) {
      nodes.push({
        name: output,
        opType: operator,
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
      });
      return output;
    },
    floats: (name, shape, data) => constant(name, shape, FLOAT32, data),
    integers: (name, list) =>
      constant(
        name,
        [list.length],
        INT64,
        BigInt64Array.from(list, (value) => BigInt(value)),
      ),
    describe: (name, shape) => {
      values.push(describedValue({ name, shape, description: "" }));
    },
    finish: ({ name, input, output, description, metadata }) =>
      toBinary(
        ModelProtoSchema,
        create(ModelProtoSchema, {
          irVersion: FILE_FORMAT,
          producerName: "Xception Playground",
          docString: description,
          opsetImport: [{ domain: "", version: OPERATOR_SET }],
          metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
          graph: {
            name,
            node: nodes,
            initializer: constants,
            input: [describedValue(input)],
            output: [describedValue(output)],
            valueInfo: values.filter((value) => value.name !== output.name),
          },
        }),
      ),
  };
}

function attributeOf(
  name: string,
  value: Attribute,
): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "number") return { name, type: ATTRIBUTE_INT, i: BigInt(value) };
  if ("float" in value) return { name, type: ATTRIBUTE_FLOAT, f: value.float };
  if ("text" in value)
    return { name, type: ATTRIBUTE_STRING, s: new TextEncoder().encode(value.text) };
  return { name, type: ATTRIBUTE_INTS, ints: value.map(BigInt) };
}

function describedValue({
  name,
  shape,
  description,
}: OnnxValue): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = [
    { value: { case: "dimParam" as const, value: "batch" } },
    ...shape.map((side) => ({ value: { case: "dimValue" as const, value: BigInt(side) } })),
  ];
  const tensor = { elemType: FLOAT32, shape: { dim } };
  return { name, docString: description, type: { value: { case: "tensorType", value: tensor } } };
}
