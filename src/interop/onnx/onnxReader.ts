/** What the readers of ONNX operators share: values by name, constants, and the weights that they collect. */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { Layer } from "../../network/graph.ts";
import type { BareLayer, GraphAssembler, Tensor } from "../graphAssembler.ts";
import { wrongModel } from "../modelFault.ts";
import type { Scaling } from "../scaling.ts";
import { type Constant, constantOf, folded, joined, wholeNumbers } from "./constants.ts";
import type { GraphProto, NodeProto, TensorProto } from "./onnxMessages.ts";
import { type Derived, derived, formulaOf } from "./pointFunctions.ts";

/** A computed value of the ONNX graph. */
export interface OnnxValue {
  readonly tensor: Tensor;
  /** The shape in the file, without the batch. It has as many values as the tensor. */
  readonly dims: Shape;
  /** Whether the file has the values of a map with its channels first. Of vectors it says nothing. */
  readonly channelsFirst: boolean;
  /** Sets the bias of a product that has none yet: ONNX adds it in a node of its own. */
  readonly setBias?: ((bias: Float32Array) => void) | undefined;
}

interface Waiting {
  readonly node: NodeProto;
  readonly ways: readonly Derived[];
  readonly dims: Shape;
}

type ReadDerived = (reader: OnnxReader, node: NodeProto, ways: readonly Derived[]) => OnnxValue;

/** What a file may do to its input before it turns the axes. */
const PREPARING = new Set(["Add", "Sub", "Mul", "Div", "Cast", "Identity", "Pad", "Slice"]);

const EXTERNAL = 1;
/** Constants that are computed while a file is read have this many values more than those in the file, together. */
const MOST_COMPUTED = 2 ** 24;

export interface OnnxFile {
  readonly where: string;
  readonly graph: GraphProto;
  /** The version of ONNX's own operators. */
  readonly operatorSet: number;
  /** The files of weights beside the model, by the names that the model gives them. */
  readonly external: ReadonlyMap<string, Uint8Array>;
}

export class OnnxReader {
  readonly operatorSet: number;
  readonly #where: string;
  readonly #readers = new Map<string, NodeProto[]>();
  readonly #assembler: GraphAssembler;
  readonly #external: ReadonlyMap<string, Uint8Array>;
  readonly #values = new Map<string, OnnxValue>();
  readonly #forms = new Map<string, OnnxValue>();
  readonly #layerNames = new Set<string>();
  readonly #stored: Map<string, TensorProto>;
  readonly #constants = new Map<string, Constant>();
  readonly #weights = new Map<string, Float32Array>();
  readonly #derived = new Map<string, Waiting>();
  readonly #readDerived: ReadDerived;
  #computedLeft = MOST_COMPUTED;
  /** The form of one image, where the file gives it another one first than it states. */
  inputForm: { readonly shape: Shape; readonly channelsFirst: boolean } | undefined;
  /** What the file does to its input first. */
  readonly scaling: Scaling[] = [];

  constructor(file: OnnxFile, assembler: GraphAssembler, readDerived: ReadDerived) {
    const { graph } = file;
    this.#readDerived = readDerived;
    this.#where = file.where;
    this.operatorSet = file.operatorSet;
    this.#external = file.external;
    this.#assembler = assembler;
    for (const node of graph.node)
      for (const name of new Set(node.input)) {
        const readers = this.#readers.get(name);
        if (readers === undefined) this.#readers.set(name, [node]);
        else readers.push(node);
      }
    this.#stored = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
    this.#computedLeft += graph.initializer.reduce(
      (sum, { dims }) => sum + sizeOf(dims.map(Number)),
      0,
    );
  }

  set(name: string, value: OnnxValue): void {
    this.#values.set(name, value);
  }

  setStored(name: string, tensor: TensorProto): void {
    this.#stored.set(name, tensor);
  }

  setConstant(name: string, constant: Constant): void {
    this.#constants.set(name, constant);
  }

  /** Of a value that has been computed, for one image, as the graph has it. */
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

  /**
   * Whether an input `[a, b, c]` has its channels first. What reads it decides: converters from Keras turn the axes, or reshape
   * where that is the same. Where every order gives the same numbers, the shape is taken for that of an image.
   */
  hasChannelsFirst(name: string, [, , last = 1]: Shape): boolean {
    return this.readersOf(name).every(({ opType = "", output }) => {
      if (opType === "Transpose") return false;
      if (opType === "Reshape" || opType === "Flatten") return last !== 1 && last !== 3;
      return !PREPARING.has(opType) || this.hasChannelsFirst(output[0] ?? "", [0, 0, last]);
    });
  }

  /** Whether every node that reads a value turns its axes, so that the value has its channels last. */
  isTurnedNext(name: string): boolean {
    const readers = this.readersOf(name);
    return (
      readers.length > 0 &&
      readers.every(
        ({ opType, output }) =>
          opType === "Transpose" ||
          (PREPARING.has(opType ?? "") && this.isTurnedNext(output[0] ?? "")),
      )
    );
  }

  readersOf(name: string): readonly NodeProto[] {
    return this.#readers.get(name) ?? [];
  }

  /** Another form of a value, made once for all operators that ask for it. */
  formOf(name: string, make: () => OnnxValue): OnnxValue {
    const form = this.#forms.get(name) ?? make();
    this.#forms.set(name, form);
    return form;
  }

  /** Whether a value is computed from the image. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#derived.has(name);
  }

  /** The layer that gives a value. */
  makerOf({ tensor }: OnnxValue): Layer | undefined {
    return this.#assembler.layer(tensor.name);
  }

  isInput({ tensor }: OnnxValue): boolean {
    return this.#assembler.isInput(tensor);
  }

  /** Returns the numbers and the shape of a constant, or undefined when the value is computed from the image. */
  constant(name: string | undefined): Constant | undefined {
    const known = this.#constants.get(name ?? "");
    if (known !== undefined) return known;
    const tensor = this.#stored.get(name ?? "");
    if (tensor === undefined) return undefined;
    const external =
      tensor.dataLocation === EXTERNAL ? this.#externalOf(tensor, name ?? "") : undefined;
    const constant = constantOf(tensor, external);
    if (constant === undefined)
      throw this.wrong(
        undefined,
        `the constant ${name ?? ""} cannot be read`,
        "numbers of its shape",
        `type ${tensor.dataType}`,
      );
    this.#constants.set(name ?? "", constant);
    return constant;
  }

  #externalOf({ externalData }: TensorProto, name: string): Uint8Array {
    const entry = (key: string) => externalData.find((one) => one.key === key)?.value;
    const location = entry("location") ?? "";
    const file = this.#external.get(location);
    if (file === undefined)
      throw wrongModel(this.#where, {
        rule: `the weights ${name} are in another file, which is missing`,
        expected: `${location || "a file"} beside the model`,
        got: "none",
        remedy:
          "Choose both files together, or save the model again with onnx.save(model, path), which keeps the weights within.",
      });
    const offset = Number(entry("offset") ?? 0);
    return file.subarray(offset, offset + Number(entry("length") ?? file.length));
  }

  /**
   * Computes a node whose inputs are all constant, as exporters compute shapes and weights.
   * @returns false for other nodes.
   */
  fold(node: NodeProto): boolean {
    if (node.opType === "Shape" || node.opType === "Size") {
      const dims = this.#dimsOf(node.input[0] ?? "");
      const own = this.constant(node.input[0])?.shape;
      const shape = own ?? (dims && [Number.NaN, ...dims]);
      if (shape === undefined) return false;
      const sides = node.opType === "Size" ? [sizeOf(shape)] : shape;
      this.setConstant(
        node.output[0] ?? "",
        wholeNumbers(sides, node.opType === "Size" ? [] : undefined),
      );
      return true;
    }
    if (node.input.some((name) => name !== "" && !this.#isConstant(name))) return false;
    let made: readonly Constant[] | undefined;
    try {
      made = folded(
        node,
        node.input.map((name) => this.constant(name)),
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.wrong(node, "a constant is too large", "one of a usual size", error.message);
    }
    for (const [at, constant] of (made ?? []).entries()) {
      this.#computedLeft -= constant.values.length;
      if (this.#computedLeft < 0)
        throw this.wrong(node, "the constants are too large", "some of a usual size", "more");
      this.setConstant(node.output[at] ?? "", constant);
    }
    return made !== undefined;
  }

  #isConstant(name: string): boolean {
    return this.#constants.has(name) || this.#stored.has(name);
  }

  #dimsOf(name: string): Shape | undefined {
    return (this.#values.get(name) ?? this.#derived.get(name))?.dims;
  }

  /** A name that no layer has yet. A file may use the names that layers get here beside its own. */
  #ownName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#layerNames.has(name); count += 1) name = `${wanted}/${count}`;
    this.#layerNames.add(name);
    return name;
  }

  /** Adds a layer with its weights. The first input is the value that it reads. */
  layer(
    bare: BareLayer,
    wanted: string,
    inputs: readonly OnnxValue[],
    weights: Readonly<Record<string, Float32Array>> = {},
  ): OnnxValue {
    const name = this.#ownName(wanted);
    const { shape } = this.#assembler.add(
      bare,
      name,
      inputs.map(({ tensor }) => tensor),
    );
    for (const [key, values] of Object.entries(weights)) this.#setWeight(`${name}/${key}`, values);
    const [first] = inputs;
    const order = shape.length === 1 && bare.type !== "Dense" ? first?.tensor.order : undefined;
    const channelsFirst = first?.channelsFirst ?? true;
    const keepsShape = first?.tensor.shape.join() === shape.join();
    const dims = keepsShape ? (first?.dims ?? shape) : dimsOf(shape, channelsFirst);
    return { tensor: { name, shape, order }, dims, channelsFirst };
  }

  /**
   * Keeps a node that works on single numbers until its value is needed.
   * @returns false for other nodes.
   */
  derive(node: NodeProto): boolean {
    if (formulaOf(node) === undefined) return false;
    const operands = node.input.map((name) => this.#operandOf(name));
    // A list of constants works on channels.
    if (operands.includes("list")) return false;
    const ways = derived(
      node,
      operands.map((one) => (one === "list" ? undefined : one)),
    );
    const dims = node.input.map((name) => this.#dimsOf(name)).find((one) => one !== undefined);
    const isEnlarged = node.input.some((name) => {
      const { shape } = this.constant(name) ?? {};
      return (
        shape !== undefined && sizeOf(joined([1, ...(dims ?? [])], shape)) > sizeOf(dims ?? [])
      );
    });
    if (ways.length === 0 || dims === undefined || isEnlarged) return false;
    this.#derived.set(node.output[0] ?? "", { node, ways, dims });
    return true;
  }

  #operandOf(name: string): number | readonly Derived[] | undefined | "list" {
    if (name === "") return undefined;
    const constant = this.constant(name)?.values;
    if (constant !== undefined)
      return constant.every((value) => value === constant[0]) ? constant[0] : "list";
    const itself = { base: name, at: (x: number) => x };
    return this.has(name) ? [itself, ...(this.#derived.get(name)?.ways ?? [])] : "list";
  }

  /**
   * Multiplies each channel and adds to it. At the network's beginning this is the preparation of the input; behind a product
   * without a bias, numbers that are added are its bias; elsewhere it is a depthwise convolution of 1x1.
   *
   * @param scale one number, or one for each channel of the graph's map or for each value of the graph's vector, as `offset`. Of
   *   the input also one for each value.
   */
  affine(
    node: NodeProto,
    wanted: string,
    value: OnnxValue,
    scale: Float32Array,
    offset: Float32Array,
  ): OnnxValue {
    const channels = value.tensor.shape.at(-1) ?? 1;
    const spread = (list: Float32Array) =>
      Float32Array.from({ length: channels }, (_, at) => list[at % list.length] ?? 0);
    const isSum = scale.every((one) => one === 1);
    const isOfChannels = [scale, offset].every(({ length }) => channels % length === 0);
    if (isSum && isOfChannels && value.setBias !== undefined) {
      value.setBias(spread(offset));
      return { ...value, setBias: undefined };
    }
    // A node of several lines, such as `Abs`, reads the input itself for each of them.
    if (this.isInput(value) && wanted === node.output[0] && this.#numReaders(node) === 1) {
      this.scaling.push({ scale: [...scale], offset: [...offset] });
      return value;
    }
    const name = this.#ownName(wanted);
    const count = isOfChannels ? channels : sizeOf(value.tensor.shape);
    const all = (list: Float32Array) =>
      Float32Array.from({ length: count }, (_, at) => list[at % list.length] ?? 0);
    const tensor = this.#assembler.affine(name, value.tensor, isOfChannels ? 1 : count);
    this.#setWeight(`${name}/kernel`, all(scale));
    this.#setWeight(`${name}/bias`, all(offset));
    const made = { ...value, tensor, setBias: undefined };
    const isWhole = !isOfChannels || tensor.name !== name || offset.some((one) => one !== 0);
    return isWhole ? made : { ...made, setBias: this.biasOf(made) };
  }

  /** How many nodes read a computed input of this node. */
  #numReaders(node: NodeProto): number {
    const [read] = node.input.filter((name) => this.has(name));
    return this.readersOf(read ?? "").length;
  }

  /** A map of one column of values at the network's end becomes a vector; other values stay as they are. */
  outputOf(value: OnnxValue): Tensor {
    const { tensor, dims, channelsFirst } = value;
    const [height = 1, width = 1, channels = 1] = tensor.shape;
    const isSame = !channelsFirst || channels === 1 || height * width === 1;
    const isSmall = dims.every((side) => side === 1 || side === sizeOf(dims));
    if (tensor.shape.length === 3 && isSmall && isSame)
      return this.layer({ type: "Flatten" }, `${tensor.name}/output`, [value]).tensor;
    return tensor;
  }

  /** Sets the bias of a layer that was made with a bias of zeros; undefined where several nodes read what has none. */
  biasOf({ tensor }: OnnxValue): ((bias: Float32Array) => void) | undefined {
    if (this.readersOf(tensor.name).length > 1) return undefined;
    return (bias) => this.#setWeight(`${tensor.name}/bias`, bias);
  }

  #setWeight(path: string, values: Float32Array): void {
    this.#weights.set(path, values);
  }

  /**
   * Makes the input a map, if nothing but a reshape has read it yet.
   * @param dims the shape in the file of this map.
   */
  reshapedInput(shape: Shape, dims: Shape, channelsFirst: boolean): Tensor | undefined {
    const tensor = this.#assembler.reshapedInput(shape);
    if (tensor !== undefined) this.inputForm = { shape: dims, channelsFirst };
    return tensor;
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

  wrong(
    node: NodeProto | undefined,
    rule: string,
    expected: string,
    got: string,
    remedy = "Export the model without it.",
  ): Error {
    const place =
      node === undefined ? this.#where : `${this.#where}, node ${node.name || node.output[0]}`;
    return wrongModel(place, { rule, expected, got, remedy });
  }
}

/** The shape in the file of a tensor of the graph. */
export function dimsOf(shape: Shape, channelsFirst: boolean): Shape {
  const [height = 1, width = 1, channels = 1] = shape;
  return shape.length === 3 && channelsFirst ? [channels, height, width] : shape;
}
