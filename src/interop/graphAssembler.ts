/** Builds a graph from a foreign file layer by layer. It keeps the shapes, which say what weights the next layer has. */
import { type MapShape, type Pair, type Shape, sameShape, sizeOf } from "../core/shape.ts";
import type { Layer } from "../network/graph.ts";
import { inferLayer } from "../network/layers/registry.ts";
import { layersUpTo } from "../network/layersUpTo.ts";
import type { WeightSpec } from "../network/weights.ts";

/** A layer without its name and inputs, which the assembler gives it. */
export type BareLayer = Layer extends infer L
  ? L extends Layer
    ? Omit<L, "name" | "inputs" | "place">
    : never
  : never;

/** The output of a layer. */
export interface Tensor {
  readonly name: string;
  /** In this program's order: channels last. */
  readonly shape: Shape;
  /**
   * Set after a channels-first map was flattened: entry `i` is the file's place of the value that the graph has at place `i`.
   * The layer that reads it must have its weights permuted by `inOrder`.
   */
  readonly order: readonly number[] | undefined;
  /** Set where the file has a list of vectors `[a, b]`. The graph has it as the map `[a, 1, b]`, or as an image if it is the input. */
  readonly isList?: boolean;
}

export class GraphAssembler {
  readonly #layers: Layer[] = [];

  layer(name: string): Layer | undefined {
    return this.#layers.find((layer) => layer.name === name);
  }

  upTo(output: string): readonly Layer[] {
    return layersUpTo(this.#layers, output);
  }

  /** @throws PlaygroundError `network.*` when the inputs do not fit. */
  add(
    bare: BareLayer,
    name: string,
    inputs: readonly Tensor[],
  ): { readonly shape: Shape; readonly specs: readonly WeightSpec[] } {
    const layer: Layer = { ...bare, name, inputs: inputs.map((input) => input.name) };
    const shapes = inputs.map(({ shape }) => shape);
    const { shape, weights } = inferLayer(layer, shapes, layer.inputs);
    this.#layers.push(layer);
    return { shape, specs: weights };
  }

  /**
   * Adds the input. A vector of 784 values is a map of 1x1x784 that is flattened, because the graph's input is a map.
   * @param shape of the file: a map with channels last, an image without channels, or a vector.
   */
  input(name: string, shape: Shape): Tensor {
    const map = mapOf(shape);
    this.add({ type: "InputLayer", shape: map }, name, []);
    const input = { name, shape: map, order: undefined, isList: shape.length === 2 };
    if (shape.length > 1) return input;
    const flat = `${name}/flatten`;
    return {
      name: flat,
      shape: this.add({ type: "Flatten" }, flat, [input]).shape,
      order: undefined,
    };
  }

  /** Whether this tensor is the input, perhaps in another shape. */
  isInput({ name }: Tensor): boolean {
    const leading = this.upTo(name);
    return leading.every(({ type }) => type === "InputLayer" || type === "Flatten");
  }

  /**
   * Adds a layer that multiplies values and adds to them: a depthwise convolution of 1x1.
   * @param count of numbers; 1 stands for all values, and a larger count for the values of the last axis or axes.
   */
  affine(name: string, from: Tensor, count = 1): Tensor {
    const channels = from.shape.at(-1) ?? 1;
    const isMap = from.shape.length === 3 && count <= channels;
    const columns = Math.max(count, channels);
    const targetShape = [1, sizeOf(from.shape) / columns, columns] as const;
    const map = isMap
      ? from
      : this.derived({ type: "Reshape", targetShape }, `${name}/map`, [from]);
    const window = { kernelSize: [1, 1], strides: [1, 1], dilationRate: [1, 1] } as const;
    const bare = {
      ...window,
      type: "DepthwiseConv2D",
      padding: "valid",
      depthMultiplier: 1,
      useBias: true,
    } as const;
    const scaled = this.derived(bare, name, [map]);
    const back = from.shape.length === 1 ? "flatten" : "reshape";
    return isMap ? scaled : this.reshaped(`${name}/${back}`, scaled, from.shape);
  }

  /** Gives a tensor another shape, by a layer unless it has it. The order of values stays. */
  reshaped(name: string, from: Tensor, shape: Shape): Tensor {
    if (sameShape(from.shape, shape)) return from;
    const [height = 1, width = 1, channels = 1] = shape;
    const bare: BareLayer =
      shape.length === 1
        ? { type: "Flatten" }
        : { type: "Reshape", targetShape: [height, width, channels] };
    return this.derived(bare, name, [from]);
  }

  /** Changes the order of axes, by a layer only if that changes the order of values. */
  permuted(name: string, from: Tensor, dims: MapShape): Tensor {
    const shape = dims.map((axis) => from.shape[axis - 1] ?? 1);
    const moving = dims.filter((axis) => (from.shape[axis - 1] ?? 1) > 1);
    const isKept = moving.every((axis, place) => place === 0 || axis > (moving[place - 1] ?? 0));
    return isKept
      ? this.reshaped(name, from, shape)
      : this.derived({ type: "Permute", dims }, name, [from]);
  }

  /** Repeats a tensor along its axes of one element until it has this shape. */
  spread(name: string, from: Tensor, shape: Shape): Tensor {
    const [height = 1, width = 1, channels = 1] = mapOf(shape);
    const map = this.reshaped(`${name}/map`, from, mapOf(from.shape));
    const [rows = 1, columns = 1, depth = 1] = map.shape;
    const enlarged = (step: string, one: Tensor, size: Pair) =>
      size[0] * size[1] === 1
        ? one
        : this.derived(
            { type: "UpSampling2D", size, interpolation: "nearest" },
            `${name}/${step}`,
            [one],
          );
    const wide = enlarged("spread", map, [height / rows, width / columns]);
    if (depth === channels) return this.reshaped(`${name}/shape`, wide, shape);
    const line = this.reshaped(`${name}/pixels`, wide, [height * width, 1, 1]);
    const deep = enlarged("spread_channels", line, [1, channels]);
    return this.reshaped(`${name}/shape`, deep, shape);
  }

  /** Adds a layer that keeps the order of values. */
  derived(bare: BareLayer, name: string, inputs: readonly Tensor[]): Tensor {
    const { order, isList } = inputs[0] ?? {};
    const { shape } = this.add(bare, name, inputs);
    return { name, shape, order, ...(isList && shape.length === 3 && { isList }) };
  }

  /** Replaces the input, if nothing but a reshape has read it. */
  reshapedInput(shape: Shape): Tensor | undefined {
    const [input] = this.#layers;
    const isAlone = this.#layers.every(({ type }) => type === "InputLayer" || type === "Flatten");
    if (input?.type !== "InputLayer" || !isAlone) return undefined;
    const map = mapOf(shape);
    this.#layers.splice(0, this.#layers.length, { ...input, shape: map });
    return { name: input.name, shape: map, order: undefined };
  }
}

function mapOf(shape: Shape): MapShape {
  const [a = 1, b = 1, c = 1] = shape;
  return shape.length === 1 ? [1, 1, a] : [a, b, c];
}

/** The order of the values of a channels-first map of this shape once it is flattened. */
export function flattenedOrder([height = 1, width = 1, channels = 1]: Shape): readonly number[] {
  return Array.from({ length: height * width * channels }, (_, place) => {
    const channel = place % channels;
    return channel * height * width + Math.floor(place / channels);
  });
}

/** Brings the rows of a kernel, or the values of a vector, from the file's order into the graph's. */
export function inOrder(
  values: Float32Array,
  shape: Shape,
  order: readonly number[] | undefined,
): Float32Array {
  if (order === undefined || shape[0] !== order.length) return values;
  const row = sizeOf(shape) / order.length;
  const turned = new Float32Array(values.length);
  for (const [place, from] of order.entries())
    turned.set(values.subarray(from * row, (from + 1) * row), place * row);
  return turned;
}
