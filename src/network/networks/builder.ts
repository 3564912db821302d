/** Collects layers in topological order and fills in Keras' defaults. Every network in this folder uses it. */
import type { MapShape, Pair } from "../../core/shape.ts";
import type {
  Activation,
  Conv2DLayer,
  DepthwiseConv2DLayer,
  Interpolation,
  Layer,
  LayerGraph,
  LayerOf,
  LayerPlace,
  LayerType,
  SeparableConv2DLayer,
} from "../graph.ts";

/** The name of an added layer, which the next layer takes as its input. */
export type Tensor = string;

const UNIT: Pair = [1, 1];

const WINDOW_DEFAULTS = {
  strides: UNIT,
  padding: "valid",
  dilationRate: UNIT,
  useBias: true,
} as const;

/** The attributes of a layer type, without those that the builder sets itself. */
type Attributes<T extends LayerType> = Omit<LayerOf<T>, "name" | "inputs" | "type" | "place">;

function named<T extends LayerType>(type: T, from: Tensor, name: string) {
  return { type, name, inputs: [from] };
}

export function createBuilder(graphName: string) {
  const layers: Layer[] = [];
  let place: LayerPlace | undefined;
  const push = (layer: Layer): Tensor => {
    layers.push(place === undefined ? layer : { ...layer, place });
    return layer.name;
  };

  return {
    /** Gives every layer that `build` adds this place. */
    at<T>(there: LayerPlace, build: () => T): T {
      const before = place;
      place = { ...before, ...there };
      const built = build();
      place = before;
      return built;
    },
    input: (name: string, shape: MapShape) => push({ type: "InputLayer", name, inputs: [], shape }),
    conv2d: (
      from: Tensor,
      name: string,
      attributes: Pick<Conv2DLayer, "filters" | "kernelSize"> & Partial<Attributes<"Conv2D">>,
    ) =>
      push({
        ...WINDOW_DEFAULTS,
        groups: 1,
        activation: "linear",
        ...attributes,
        ...named("Conv2D", from, name),
      }),
    depthwiseConv2d: (
      from: Tensor,
      name: string,
      attributes: Pick<DepthwiseConv2DLayer, "kernelSize"> & Partial<Attributes<"DepthwiseConv2D">>,
    ) =>
      push({
        ...WINDOW_DEFAULTS,
        depthMultiplier: 1,
        ...attributes,
        ...named("DepthwiseConv2D", from, name),
      }),
    separableConv2d: (
      from: Tensor,
      name: string,
      attributes: Pick<SeparableConv2DLayer, "filters" | "kernelSize"> &
        Partial<Attributes<"SeparableConv2D">>,
    ) =>
      push({
        ...WINDOW_DEFAULTS,
        depthMultiplier: 1,
        ...attributes,
        ...named("SeparableConv2D", from, name),
      }),
    batchNormalization: (
      from: Tensor,
      name: string,
      attributes: Partial<Attributes<"BatchNormalization">> = {},
    ) =>
      push({
        momentum: 0.99,
        epsilon: 0.001,
        scale: true,
        center: true,
        ...attributes,
        ...named("BatchNormalization", from, name),
      }),
    layerNormalization: (
      from: Tensor,
      name: string,
      axis: readonly number[],
      attributes: Partial<Attributes<"LayerNormalization">> = {},
    ) =>
      push({
        epsilon: 0.001,
        scale: true,
        center: true,
        ...attributes,
        axis,
        ...named("LayerNormalization", from, name),
      }),
    activation: (from: Tensor, name: string, activation: Activation) =>
      push({ ...named("Activation", from, name), activation }),
    prelu: (from: Tensor, name: string, attributes: Partial<Attributes<"PReLU">> = {}) =>
      push({
        alphaInitializer: 0,
        sharedAxes: [],
        ...attributes,
        ...named("PReLU", from, name),
      }),
    /** `strides` default to the window's size, as in Keras. */
    pooling: (
      from: Tensor,
      name: string,
      type: "MaxPooling2D" | "AveragePooling2D",
      attributes: Pick<LayerOf<"MaxPooling2D">, "poolSize"> & Partial<Attributes<"MaxPooling2D">>,
    ) =>
      push({
        strides: attributes.poolSize,
        padding: "valid",
        ...attributes,
        ...named(type, from, name),
      }),
    globalAveragePooling2d: (from: Tensor, name: string) =>
      push(named("GlobalAveragePooling2D", from, name)),
    add: (name: string, ...inputs: readonly Tensor[]) => push({ type: "Add", name, inputs }),
    multiply: (name: string, ...inputs: readonly Tensor[]) =>
      push({ type: "Multiply", name, inputs }),
    concatenate: (name: string, axis: number, ...inputs: readonly Tensor[]) =>
      push({ type: "Concatenate", name, inputs, axis }),
    upSampling2d: (from: Tensor, name: string, size: Pair, interpolation: Interpolation) =>
      push({ ...named("UpSampling2D", from, name), size, interpolation }),
    zeroPadding2d: (from: Tensor, name: string, padding: readonly [Pair, Pair]) =>
      push({ ...named("ZeroPadding2D", from, name), padding }),
    cropping2d: (from: Tensor, name: string, cropping: readonly [Pair, Pair]) =>
      push({ ...named("Cropping2D", from, name), cropping }),
    reshape: (from: Tensor, name: string, targetShape: MapShape) =>
      push({ ...named("Reshape", from, name), targetShape }),
    permute: (from: Tensor, name: string, dims: MapShape) =>
      push({ ...named("Permute", from, name), dims }),
    flatten: (from: Tensor, name: string) => push(named("Flatten", from, name)),
    dense: (from: Tensor, name: string, units: number, activation: Activation = "linear") =>
      push({ ...named("Dense", from, name), units, activation, useBias: true }),
    dropout: (from: Tensor, name: string, rate: number) =>
      push({ ...named("Dropout", from, name), rate }),
    finish: (): LayerGraph => ({ name: graphName, layers }),
  };
}

export type NetworkBuilder = ReturnType<typeof createBuilder>;
