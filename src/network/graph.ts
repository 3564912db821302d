/**
 * A network as a value. `LayerGraph` equals the Keras functional configuration except for spelling: typed, plain data in
 * topological order. Shapes, counts, pictures and every engine are derived from it.
 */
import type { MapShape, Pair } from "../core/shape.ts";
import type { ElementwiseActivation } from "../formulas/activations/registry.ts";
import type { Padding, PoolPadding } from "../settings/settings.ts";

/** Keras' name of an activation, or a record of the name and the parameters that this activation takes. */
export type Activation = "linear" | "softmax" | "log_softmax" | ElementwiseActivation;

/** Returns the activation's name without its parameters. */
export function activationName(activation: Activation | { readonly name: string }): string {
  return typeof activation === "string" ? activation : activation.name;
}

/** The parts of Xception, as the paper names them. */
export type Flow = "Entry flow" | "Middle flow" | "Exit flow";

/**
 * Where a layer stands in its network, for pictures and tables. It does not affect any computation and is not saved in model
 * files. Only the builders in `networks/` set it.
 */
export interface LayerPlace {
  readonly block?: {
    /** Unique within the graph: `block4`. */
    readonly id: string;
    /** Counts from 1. */
    readonly number: number;
    readonly flow?: Flow;
  };
  /** Set for the layers of the residual branch around a block. */
  readonly shortcut?: true;
  /** The name of the convolution of which the layer is one step, where several layers make one: `block4_sepconv1`. */
  readonly convolution?: string;
}

interface LayerBase {
  /** Unique within the graph. It is Keras' own name when Keras names the layer. */
  readonly name: string;
  /** Names of the layers whose outputs are the inputs, in order. */
  readonly inputs: readonly string[];
  readonly place?: LayerPlace;
}

export interface InputLayer extends LayerBase {
  readonly type: "InputLayer";
  readonly shape: MapShape;
}

interface ConvolutionBase extends LayerBase {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
  readonly useBias: boolean;
}

export interface Conv2DLayer extends ConvolutionBase {
  readonly type: "Conv2D";
  readonly filters: number;
  readonly groups: number;
  readonly activation: Activation;
}

export interface DepthwiseConv2DLayer extends ConvolutionBase {
  readonly type: "DepthwiseConv2D";
  readonly depthMultiplier: number;
}

export interface SeparableConv2DLayer extends ConvolutionBase {
  readonly type: "SeparableConv2D";
  readonly filters: number;
  readonly depthMultiplier: number;
}

export interface BatchNormalizationLayer extends LayerBase {
  readonly type: "BatchNormalization";
  readonly momentum: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
}

/** Normalises each image by itself: along the last axes, to mean 0 and variance 1, then scaled and shifted (Ba et al. 2016). */
export interface LayerNormalizationLayer extends LayerBase {
  readonly type: "LayerNormalization";
  /** The last axes, counted from 1 as in Keras: `[3]` for the channels of a map, `[1, 2, 3]` for whole maps. */
  readonly axis: readonly number[];
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
}

export interface ActivationLayer extends LayerBase {
  readonly type: "Activation";
  readonly activation: Activation;
}

/** PReLU (He et al. 2015): `x` where it is positive, otherwise `alpha * x`, with the trained weight `alpha`. */
export interface PReLULayer extends LayerBase {
  readonly type: "PReLU";
  /** The number that every `alpha` starts with. Keras' default is 0. */
  readonly alphaInitializer: number;
  /** The axes along which one `alpha` serves all positions: the first axes of an image, counted from 1, as in Keras. */
  readonly sharedAxes: readonly number[];
}

export interface PoolingLayer extends LayerBase {
  readonly type: "MaxPooling2D" | "AveragePooling2D";
  readonly poolSize: Pair;
  readonly strides: Pair;
  /** `symmetric` is PyTorch's `padding = floor(poolSize / 2)` on every side. */
  readonly padding: Padding | PoolPadding;
}

export interface GlobalAveragePooling2DLayer extends LayerBase {
  readonly type: "GlobalAveragePooling2D";
}

export interface AddLayer extends LayerBase {
  readonly type: "Add";
}

/** Multiplies its inputs. An axis of one element serves all positions of the others, as in a gate of each channel. */
export interface MultiplyLayer extends LayerBase {
  readonly type: "Multiply";
}

export interface ConcatenateLayer extends LayerBase {
  readonly type: "Concatenate";
  /** The axis along which the inputs follow one another, counted from 1 as in Keras: 3 stands for the channels of a map. */
  readonly axis: number;
}

export interface UpSampling2DLayer extends LayerBase {
  readonly type: "UpSampling2D";
  /** How many rows and columns one becomes. */
  readonly size: Pair;
  readonly interpolation: Interpolation;
}

/**
 * How a map is enlarged. `bilinear` is Keras' since version 2.3: pixels are squares, whose centres are compared. With
 * `bilinear-corners`, that of earlier versions and of TensorFlow.js, the upper left corners of the two maps are at the same place.
 */
export type Interpolation = "nearest" | "bilinear" | "bilinear-corners";

export interface ZeroPadding2DLayer extends LayerBase {
  readonly type: "ZeroPadding2D";
  /** `[[top, bottom], [left, right]]` */
  readonly padding: readonly [Pair, Pair];
}

export interface Cropping2DLayer extends LayerBase {
  readonly type: "Cropping2D";
  /** `[[top, bottom], [left, right]]`, the rows and columns that are removed. */
  readonly cropping: readonly [Pair, Pair];
}

/** Gives the numbers of its input another shape. Their order stays. */
export interface ReshapeLayer extends LayerBase {
  readonly type: "Reshape";
  readonly targetShape: MapShape;
}

/** Changes the order of a map's axes. */
export interface PermuteLayer extends LayerBase {
  readonly type: "Permute";
  /** Axis `i` of the output is axis `dims[i]` of the input, counted from 1 as in Keras: `[2, 1, 3]` transposes an image. */
  readonly dims: MapShape;
}

export interface FlattenLayer extends LayerBase {
  readonly type: "Flatten";
}

export interface DenseLayer extends LayerBase {
  readonly type: "Dense";
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
}

export interface DropoutLayer extends LayerBase {
  readonly type: "Dropout";
  readonly rate: number;
}

export type Layer =
  | InputLayer
  | Conv2DLayer
  | DepthwiseConv2DLayer
  | SeparableConv2DLayer
  | BatchNormalizationLayer
  | LayerNormalizationLayer
  | ActivationLayer
  | PReLULayer
  | PoolingLayer
  | GlobalAveragePooling2DLayer
  | AddLayer
  | MultiplyLayer
  | ConcatenateLayer
  | UpSampling2DLayer
  | ZeroPadding2DLayer
  | Cropping2DLayer
  | ReshapeLayer
  | PermuteLayer
  | FlattenLayer
  | DenseLayer
  | DropoutLayer;

export type LayerType = Layer["type"];
/** The layers of type `T`. The pooling layer interface covers both of its types. */
export type LayerOf<T extends LayerType> = LayerWith<Layer, T>;
type LayerWith<L extends Layer, T extends LayerType> = L extends Layer
  ? T extends L["type"]
    ? L
    : never
  : never;

export interface LayerGraph {
  readonly name: string;
  /** In topological order. The first is the input, and the last gives the network's output. */
  readonly layers: readonly Layer[];
}
