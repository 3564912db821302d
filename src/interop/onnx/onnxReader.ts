/** What the readers of ONNX operators share: values by name, constants, attributes, and the weights that they collect. */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { Layer } from "../../network/graph.ts";
import { type BareLayer, type GraphAssembler, inOrder, type Tensor } from "../graphAssembler.ts";
import { wrongModel } from "../modelFault.ts";
import type { Scaling } from "../scaling.ts";
import type { GraphProto, NodeProto, TensorProto } from "./onnxMessages.ts";
import { type Derived, derived, worksOnNumbers } from "./pointFunctions.ts";

/** A computed value of the ONNX graph. */
export interface OnnxValue {
  readonly tensor: Tensor;
  /** Whether the file has this map with its channels first. Of vectors it says nothing. */
  readonly channelsFirst: boolean;
  /** A product without its bias yet: ONNX adds it in a node of its own. */
  readonly withoutBias?: { readonly add: (bias: Float32Array) => OnnxValue } | undefined;
}

type ReadDerived = (reader: OnnxReader, node: NodeProto, ways: readonly Derived[]) => OnnxValue;

/** What a file may do to its input before it turns the axes. */
const PREPARING = new Set(["Add", "Sub", "Mul", "Div", "Cast", "Identity"]);

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
  readonly #derived = new Map<
    string,
    { readonly node: NodeProto; readonly ways: readonly Derived[] }
  >();
  readonly #readDerived: ReadDerived;
  /** What the file does to its input first. */
  readonly scaling: Scaling[] = [];

  constructor(
    graph: GraphProto,
    assembler: GraphAssembler,
    where: string,
    readDerived: ReadDerived,
  ) {
    this.#readDerived = readDerived;
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

  /** Of a value that has been computed, for one image. */
  shapeOf(name: string): Shape | undefined {
    return this.#values.get(name)?.tensor.shape;
  }

  /** @throws PlaygroundError `file.invalid` */
  value(name: string): OnnxValue {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const waiting = this.#derived.get(name);
    if (waiting !== undefined) {
      const made = this.#readDerived(this, waiting.node, waiting.ways);
      this.set(name, made);
      return made;
    }
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
    return (
      readers.length > 0 &&
      readers.every(
        ({ opType, output }) =>
          opType === "Transpose" ||
          (PREPARING.has(opType ?? "") && this.isTurnedNext(output[0] ?? "")),
      )
    );
  }

  found(name: string): OnnxValue | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name) || this.#derived.has(name);
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

  /**
   * Keeps a node that works on single numbers until its value is needed.
   * @returns false for other nodes.
   */
  derive(node: NodeProto): boolean {
    if (!worksOnNumbers(node)) return false;
    const operands = node.input.map((name) => this.#operandOf(name));
    // A list of constants works on channels.
    if (operands.includes("list")) return false;
    const ways = derived(
      node,
      operands.map((one) => (one === "list" ? undefined : one)),
    );
    if (ways.length === 0) return false;
    this.#derived.set(node.output[0] ?? "", { node, ways });
    return true;
  }

  #operandOf(name: string): number | readonly Derived[] | undefined | "list" {
    if (name === "") return undefined;
    const constant = this.constant(name)?.values;
    if (constant !== undefined) return constant.length === 1 ? constant[0] : "list";
    const itself = { base: name, at: (x: number) => x };
    return this.has(name) ? [itself, ...(this.#derived.get(name)?.ways ?? [])] : "list";
  }

  /**
   * Multiplies each channel and adds to it. At the network's beginning this is the preparation of the input; behind a product
   * without a bias, numbers that are added are its bias; elsewhere it is a depthwise convolution of 1x1.
   *
   * @param scale one number, or one for each channel, as `offset`.
   */
  affine(
    node: NodeProto,
    name: string,
    value: OnnxValue,
    scale: Float32Array,
    offset: Float32Array,
  ): OnnxValue {
    const channels = value.tensor.shape.at(-1) ?? 1;
    const spread = (list: Float32Array) =>
      inOrder(
        Float32Array.from({ length: channels }, (_, at) => list[at % list.length] ?? 0),
        [channels],
        value.tensor.order,
      );
    if ([scale, offset].some(({ length }) => length !== 1 && length !== channels))
      throw this.wrong(
        node,
        "constants are joined with a value in a way that is not computed here",
        `one number, or one for each of ${channels} channels`,
        String(Math.max(scale.length, offset.length)),
      );
    const isSum = scale.every((one) => one === 1);
    if (isSum && value.withoutBias !== undefined) return value.withoutBias.add(spread(offset));
    if (this.#assembler.isInput(value.tensor) && this.#numReaders(node) === 1) {
      this.scaling.push({ scale: [...scale], offset: [...offset] });
      return value;
    }
    const tensor = this.#assembler.affine(name, value.tensor);
    this.setWeight(`${name}/kernel`, spread(scale));
    this.setWeight(`${name}/bias`, spread(offset));
    const made = { ...value, tensor, withoutBias: undefined };
    if (offset.some((one) => one !== 0)) return made;
    const add = (bias: Float32Array) => {
      this.setWeight(`${name}/bias`, bias);
      return made;
    };
    return { ...made, withoutBias: { add } };
  }

  /** How many nodes read a computed input of this node. */
  #numReaders(node: NodeProto): number {
    const [read] = node.input.filter((name) => this.has(name));
    return this.#nodes.filter(({ input }) => input.includes(read ?? "")).length;
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
