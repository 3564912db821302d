/** Builds a graph from a foreign file layer by layer. It keeps the shapes, which say what weights the next layer has. */
import { type MapShape, type Shape, sizeOf } from "../core/shape.ts";
import type { Layer } from "../network/graph.ts";
import { inferLayer } from "../network/layers/registry.ts";
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
}

export class GraphAssembler {
  readonly #layers: Layer[] = [];

  layer(name: string): Layer | undefined {
    return this.#layers.find((layer) => layer.name === name);
  }

  /** Returns the layers that lead to `output`. Others change no prediction. */
  upTo(output: string): readonly Layer[] {
    const needed = new Set([output]);
    for (const { name, inputs } of this.#layers.toReversed())
      if (needed.has(name)) for (const input of inputs) needed.add(input);
    return this.#layers.filter(({ name }) => needed.has(name));
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
    const input = { name, shape: map, order: undefined };
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

  /** Adds a layer that multiplies each channel and adds to it: a depthwise convolution of 1x1. */
  affine(name: string, from: Tensor): Tensor {
    const [length = 1] = from.shape;
    const isMap = from.shape.length === 3;
    const map = isMap
      ? from
      : this.derived({ type: "Reshape", targetShape: [1, 1, length] }, `${name}/map`, [from]);
    const window = { kernelSize: [1, 1], strides: [1, 1], dilationRate: [1, 1] } as const;
    const bare = {
      ...window,
      type: "DepthwiseConv2D",
      padding: "valid",
      depthMultiplier: 1,
      useBias: true,
    } as const;
    const scaled = this.derived(bare, name, [map]);
    return isMap ? scaled : this.derived({ type: "Flatten" }, `${name}/flatten`, [scaled]);
  }

  /** Adds a layer that keeps the order of values. */
  derived(bare: BareLayer, name: string, inputs: readonly Tensor[]): Tensor {
    return { name, shape: this.add(bare, name, inputs).shape, order: inputs[0]?.order };
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
