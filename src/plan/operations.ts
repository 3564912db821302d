/**
 * The vocabulary of a plan: every operation with its operands and attributes. An executor has one kernel for each. `x` is the
 * input, `y` the output, and `dx` the gradient of the loss with respect to `x`. All feature maps are `[N, H, W, C]`. The exact
 * shapes are in the signatures beside each emitter in `ops/`.
 *
 * Operations hold plain data only, no closures and no layers, so that a plan survives JSON.
 */
import type { Pair } from "../core/shape.ts";
import type { ElementwiseActivation } from "../formulas/activations/registry.ts";
import type { OptimizerKind } from "../settings/optimizers.ts";
import type { BufferId } from "./buffers.ts";

type Ids = readonly BufferId[];
/** The operation has no attributes, or no outputs because it only updates buffers. */
type None = Readonly<Record<never, never>>;

/** A sliding window with resolved padding. Each operation says what positions outside the map count as. */
export interface WindowAttributes {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Rows above and columns to the left of the map. The output's size determines those below and to the right. */
  readonly padding: Pair;
}

export interface ConvolutionAttributes extends WindowAttributes {
  readonly groups: number;
}

export interface AveragePoolAttributes extends WindowAttributes {
  /**
   * True: divide by the size of the whole window, padding included. False: divide by the number of positions inside the map.
   */
  readonly countPadding: boolean;
}

export interface NormalizationAttributes {
  readonly epsilon: number;
}

export interface DropoutAttributes {
  readonly rate: number;
  /** Depends on the run and the layer; see `dropoutBits`. */
  readonly seed: number;
}

/** `[top, left]`, as in `WindowAttributes`. */
interface PaddingAttributes {
  readonly padding: Pair;
}

interface SmoothingAttributes {
  readonly labelSmoothing: number;
}

/** The inputs of every optimiser. The lists are parallel: entry `i` of each belongs to the same weight. */
interface OptimizerInputs {
  readonly gradients: Ids;
  readonly learningRate: BufferId;
  /** `[1]`, multiplies every gradient. Absent: 1. */
  readonly gradientFactor?: BufferId;
  /** Absent if the formula does not use the number of the step. */
  readonly step?: BufferId;
}

/**
 * One step of an optimiser over all weights by its formula (`formulas/optimizers/`). Each vector that it keeps is an operand
 * under its name, and each coefficient is an attribute.
 */
interface OptimizerOperation {
  readonly inputs: OptimizerInputs;
  readonly outputs: None;
  readonly updates: { readonly parameters: Ids } & Readonly<Record<string, Ids>>;
  readonly attributes: Readonly<Record<string, number>>;
}
type OptimizerOperations = { readonly [K in OptimizerKind]: OptimizerOperation };

export interface Operations extends OptimizerOperations {
  readonly conv2d: {
    readonly inputs: { readonly x: BufferId; readonly filter: BufferId; readonly bias?: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: ConvolutionAttributes;
  };
  readonly conv2dInputGradient: {
    readonly inputs: { readonly dy: BufferId; readonly filter: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: ConvolutionAttributes;
  };
  readonly conv2dFilterGradient: {
    readonly inputs: { readonly x: BufferId; readonly dy: BufferId };
    readonly outputs: { readonly dfilter: BufferId };
    readonly attributes: ConvolutionAttributes;
  };
  /** Output channel `c * M + m` is input channel `c` convolved with its filter `m`. */
  readonly depthwiseConv2d: {
    readonly inputs: { readonly x: BufferId; readonly filter: BufferId; readonly bias?: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: WindowAttributes;
  };
  readonly depthwiseConv2dInputGradient: {
    readonly inputs: { readonly dy: BufferId; readonly filter: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: WindowAttributes;
  };
  readonly depthwiseConv2dFilterGradient: {
    readonly inputs: { readonly x: BufferId; readonly dy: BufferId };
    readonly outputs: { readonly dfilter: BufferId };
    readonly attributes: WindowAttributes;
  };
  /** Sums over all axes but the last. */
  readonly biasGradient: {
    readonly inputs: { readonly dy: BufferId };
    readonly outputs: { readonly dbias: BufferId };
    readonly attributes: None;
  };
  /** Computes mean and biased variance over all axes but the last. */
  readonly batchStatistics: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly mean: BufferId; readonly variance: BufferId };
    readonly attributes: None;
  };
  /**
   * `xHat * gamma + beta` with `xHat = (x - mean) / sqrt(variance + epsilon)`. The statistics are those of the batch or the
   * moving ones.
   */
  readonly normalize: {
    readonly inputs: {
      readonly x: BufferId;
      readonly mean: BufferId;
      readonly variance: BufferId;
      readonly gamma?: BufferId;
      readonly beta?: BufferId;
    };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: NormalizationAttributes;
  };
  /** Sums `dy` and `dy * xHat` over all axes but the last: the gradients of beta and gamma. */
  readonly normalizationSums: {
    readonly inputs: {
      readonly dy: BufferId;
      readonly x: BufferId;
      readonly mean: BufferId;
      readonly variance: BufferId;
    };
    readonly outputs: { readonly sumDy: BufferId; readonly sumDyXhat: BufferId };
    readonly attributes: NormalizationAttributes;
  };
  /** The gradient of `normalize` with batch statistics, which themselves depend on `x`. */
  readonly normalizationGradient: {
    readonly inputs: {
      readonly dy: BufferId;
      readonly x: BufferId;
      readonly mean: BufferId;
      readonly variance: BufferId;
      readonly gamma?: BufferId;
      readonly sumDy: BufferId;
      readonly sumDyXhat: BufferId;
    };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: NormalizationAttributes;
  };
  /** `moving = moving * momentum + batch * (1 - momentum)`, for many vectors at once. */
  readonly movingAverage: {
    readonly inputs: { readonly batch: Ids };
    readonly outputs: None;
    readonly updates: { readonly moving: Ids };
    readonly attributes: { readonly momentum: number };
  };
  readonly activation: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: { readonly activation: ElementwiseActivation };
  };
  /** Multiplies by the derivative, computed from the output `y`: ReLU passes the gradient where `y > 0`. */
  readonly activationGradient: {
    readonly inputs: { readonly dy: BufferId; readonly y: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: { readonly activation: ElementwiseActivation };
  };
  /** Multiplies by the derivative of an activation whose output does not determine it. */
  readonly activationGradientFromInput: {
    readonly inputs: { readonly dy: BufferId; readonly x: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: { readonly activation: ElementwiseActivation };
  };
  /** Applies over the last axis. */
  readonly softmax: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: None;
  };
  readonly softmaxGradient: {
    readonly inputs: { readonly dy: BufferId; readonly y: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: None;
  };
  /** `argmax` is the window position (row * kernel width + column) of the first largest value inside the map. */
  readonly maxPool: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId; readonly argmax?: BufferId };
    readonly attributes: WindowAttributes;
  };
  readonly maxPoolGradient: {
    readonly inputs: { readonly dy: BufferId; readonly argmax: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: WindowAttributes;
  };
  readonly averagePool: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: AveragePoolAttributes;
  };
  readonly averagePoolGradient: {
    readonly inputs: { readonly dy: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: AveragePoolAttributes;
  };
  readonly globalAveragePool: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: None;
  };
  readonly globalAveragePoolGradient: {
    readonly inputs: { readonly dy: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: None;
  };
  /** Sums two or more tensors. It also sums the gradients of a tensor that several layers read. */
  readonly add: {
    readonly inputs: { readonly terms: Ids };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: None;
  };
  readonly zeroPad2d: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: PaddingAttributes;
  };
  /** Removes the padding. */
  readonly zeroPad2dGradient: {
    readonly inputs: { readonly dy: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: PaddingAttributes;
  };
  readonly dense: {
    readonly inputs: { readonly x: BufferId; readonly kernel: BufferId; readonly bias?: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: None;
  };
  readonly denseInputGradient: {
    readonly inputs: { readonly dy: BufferId; readonly kernel: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: None;
  };
  readonly denseKernelGradient: {
    readonly inputs: { readonly x: BufferId; readonly dy: BufferId };
    readonly outputs: { readonly dkernel: BufferId };
    readonly attributes: None;
  };
  /** Keeps a value, divided by `1 - rate`, where `dropoutBits(seed, step, place) >= rate * 2^32`; other values become 0. */
  readonly dropout: {
    readonly inputs: { readonly x: BufferId; readonly step: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: DropoutAttributes;
  };
  /** Recomputes the mask, because none is stored. */
  readonly dropoutGradient: {
    readonly inputs: { readonly dy: BufferId; readonly step: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: DropoutAttributes;
  };
  /** Takes logits, as Keras does for a softmax head. */
  readonly softmaxCrossEntropy: {
    readonly inputs: { readonly logits: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly imageLoss: BufferId; readonly predicted: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** The gradient of the mean over the batch. */
  readonly softmaxCrossEntropyGradient: {
    readonly inputs: { readonly logits: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly dlogits: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /**
   * Takes the output of a linear head as probabilities: divides by their sum and clips to `[1e-7, 1 - 1e-7]`, as Keras does.
   */
  readonly clippedCrossEntropy: {
    readonly inputs: { readonly x: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly imageLoss: BufferId; readonly predicted: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** The gradient of the mean over the batch. It is 0 where the value was clipped. */
  readonly clippedCrossEntropyGradient: {
    readonly inputs: { readonly x: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** Updates `[sum of mean losses, number correct, newest mean loss]`: adds to the first two and replaces the last. */
  readonly accumulateMetrics: {
    readonly inputs: {
      readonly imageLoss: BufferId;
      readonly predicted: BufferId;
      readonly labels: BufferId;
    };
    readonly outputs: None;
    readonly updates: { readonly sums: BufferId };
    readonly attributes: None;
  };
  /** `clipNorm / max(global norm of all gradients, clipNorm)`, as Keras' `global_clipnorm`. */
  readonly clipFactor: {
    readonly inputs: { readonly gradients: Ids };
    readonly outputs: { readonly factor: BufferId };
    readonly attributes: { readonly clipNorm: number };
  };
}

export type OpName = keyof Operations;
