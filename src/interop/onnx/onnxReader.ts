/** What the readers of ONNX operators share: values by name, constants, attributes, and the weights that they collect. */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { Activation, Layer } from "../../network/graph.ts";
import type { BareLayer, GraphAssembler, Tensor } from "../graphAssembler.ts";
import { wrongModel } from "../modelFault.ts";
import type { GraphProto, NodeProto, TensorProto } from "./onnxMessages.ts";

/** A computed value of the ONNX graph. */
export interface OnnxValue {
  readonly tensor: Tensor;
  /** Whether the file has this map with its channels first. Of vectors it says nothing. */
  readonly channelsFirst: boolean;
  /** A product without its bias yet: ONNX adds it in a node of its own. */
  readonly withoutBias?: { readonly add: (bias: Float32Array) => OnnxValue };
}

const FLOAT32 = 1;
const INT64 = 7;
const DOUBLE = 11;
const EXTERNAL = 1;

export class OnnxReader {
  readonly #where: string;
  readonly #nodes: readonly NodeProto[];
  readonly #assembler: GraphAssembler;
  readonly #values = new Map<string, OnnxValue>();
  readonly #constants: Map<string, TensorProto>;
  readonly #weights = new Map<string, Float32Array>();

  constructor(graph: GraphProto, assembler: GraphAssembler, where: string) {
    this.#where = where;
    this.#assembler = assembler;
    this.#nodes = graph.node;
    this.#constants = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
  }

  set(name: string, value: OnnxValue): void {
    this.#values.set(name, value);
  }

  setConstant(name: string, tensor: TensorProto): void {
    this.#constants.set(name, tensor);
  }

  /** @throws PlaygroundError `file.invalid` */
  value(name: string): OnnxValue {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    throw this.wrong(
      undefined,
      "a value is read that nothing computes from the image",
      "a computed value",
      name,
    );
  }

  /** Whether every node that reads a value turns its axes, so that the value has its channels last. */
  isTurnedNext(name: string): boolean {
    const readers = this.#nodes.filter((node) => node.input.includes(name));
    return readers.length > 0 && readers.every(({ opType }) => opType === "Transpose");
  }

  found(name: string): OnnxValue | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Returns the numbers and the shape of a constant, or undefined when the value is computed. */
  constant(
    name: string | undefined,
  ): { readonly shape: Shape; readonly values: Float32Array } | undefined {
    const tensor = this.#constants.get(name ?? "");
    if (tensor === undefined) return undefined;
    if (tensor.dataLocation === EXTERNAL)
      throw wrongModel(this.#where, {
        rule: `the weights ${name ?? ""} lie in another file`,
        expected: "all weights within the model's file",
        got: "external data",
        remedy: "Save the model with onnx.save(model, path, save_as_external_data=False).",
      });
    const shape = tensor.dims.map(Number);
    const values = numbersOf(tensor);
    if (values?.length === sizeOf(shape)) return { shape, values };
    throw this.wrong(
      undefined,
      `the constant ${name ?? ""} cannot be read`,
      "float32, float64 or int64 of its shape",
      `type ${tensor.dataType}`,
    );
  }

  /** Adds a layer with its weights. The first input is the value that it reads. */
  layer(
    bare: BareLayer,
    name: string,
    inputs: readonly OnnxValue[],
    weights: Readonly<Record<string, Float32Array>> = {},
  ): OnnxValue {
    const { shape } = this.#assembler.add(
      bare,
      name,
      inputs.map(({ tensor }) => tensor),
    );
    for (const [key, values] of Object.entries(weights))
      this.#weights.set(`${name}/${key}`, values);
    const [first] = inputs;
    const order = shape.length === 1 && bare.type !== "Dense" ? first?.tensor.order : undefined;
    return { tensor: { name, shape, order }, channelsFirst: first?.channelsFirst ?? true };
  }

  /** Returns the activation that `x` times this value is: SiLU for the sigmoid of `x`, hard-swish for its hard sigmoid. */
  gateOf(gate: OnnxValue, x: OnnxValue): Activation | undefined {
    const layer = this.#assembler.layer(gate.tensor.name);
    if (layer?.type !== "Activation" || layer.inputs[0] !== x.tensor.name) return undefined;
    if (layer.activation === "sigmoid") return "silu";
    return layer.activation === "hard_sigmoid" ? "hard_silu" : undefined;
  }

  setWeight(path: string, values: Float32Array): void {
    this.#weights.set(path, values);
  }

  /** A reshape of the input to a map. */
  reshapedInput(shape: Shape): Tensor | undefined {
    return this.#assembler.reshapedInput(shape);
  }

  weightsOf(layers: readonly Layer[]): ReadonlyMap<string, Float32Array> {
    const names = new Set(layers.map(({ name }) => name));
    for (const [path, values] of this.#weights)
      if (values.some((value) => !Number.isFinite(value)))
        throw this.wrong(
          undefined,
          `the weights ${path} hold a value that is no number`,
          "finite numbers",
          "NaN or infinity",
        );
    return new Map(
      [...this.#weights].filter(([path]) => names.has(path.slice(0, path.lastIndexOf("/")))),
    );
  }

  wrong(node: NodeProto | undefined, rule: string, expected: string, got: string): Error {
    const place =
      node === undefined ? this.#where : `${this.#where}, node ${node.name || node.output[0]}`;
    return wrongModel(place, { rule, expected, got, remedy: "Export the model without it." });
  }
}

function numbersOf({
  dataType,
  rawData,
  floatData,
  int64Data,
}: TensorProto): Float32Array | undefined {
  const raw = rawData === undefined || rawData.length === 0 ? undefined : rawData.slice().buffer;
  switch (dataType) {
    case FLOAT32:
      return raw === undefined
        ? Float32Array.from(floatData)
        : wholeOf(raw, 4, () => new Float32Array(raw));
    case INT64:
      return raw === undefined
        ? Float32Array.from(int64Data, Number)
        : wholeOf(raw, 8, () => Float32Array.from(new BigInt64Array(raw), Number));
    case DOUBLE:
      return raw === undefined
        ? undefined
        : wholeOf(raw, 8, () => Float32Array.from(new Float64Array(raw)));
    default:
      return undefined;
  }
}

function wholeOf(
  raw: ArrayBuffer,
  bytesOfOne: number,
  read: () => Float32Array,
): Float32Array | undefined {
  return raw.byteLength % bytesOfOne === 0 ? read() : undefined;
}
