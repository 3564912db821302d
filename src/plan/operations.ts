/**
 * The vocabulary of a plan: every operation with its operands and attributes. An executor has one kernel for
 * each; `x` and `y` are what goes in and comes out, `dx` is the gradient of the loss with respect to `x`. All
 * feature maps are `[N, H, W, C]`. The exact shapes are in the signatures beside each emitter in `ops/`.
 *
 * Refuses closures, layers and anything that would not survive JSON.
 */
import type { Pair } from "../core/shape.ts";
import type { BufferId } from "./buffers.ts";

type Ids = readonly BufferId[];
/** Of an operation without attributes, or without outputs: it only updates. */
type None = Readonly<Record<never, never>>;

/** A sliding window with its padding resolved: what lies outside the map counts as the operation says. */
export interface WindowAttributes {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Rows above and columns left of the map; below and right is what the output's size leaves. */
  readonly padding: Pair;
}

export interface ConvolutionAttributes extends WindowAttributes {
  readonly groups: number;
}

export interface AveragePoolAttributes extends WindowAttributes {
  /** True: divide by the whole window, padding included; false: by the places inside the map. */
  readonly countPadding: boolean;
}

/** Element by element. `linear` never makes a step of its own. */
export type ElementwiseActivation = "relu" | "elu";

export interface NormalizationAttributes {
  readonly epsilon: number;
}

export interface DropoutAttributes {
  readonly rate: number;
  /** Of this layer in this run; see `dropoutBits`. */
  readonly seed: number;
}

/** `[top, left]`, as in `WindowAttributes`. */
interface PaddingAttributes {
  readonly padding: Pair;
}

interface SmoothingAttributes {
  readonly labelSmoothing: number;
}

/** What every optimiser reads; list entries of one place belong together. */
interface OptimizerInputs {
  readonly gradients: Ids;
  readonly learningRate: BufferId;
  /** `[1]`, multiplies every gradient. Absent: 1. */
  readonly gradientFactor?: BufferId;
}

interface CountingOptimizerInputs extends OptimizerInputs {
  readonly step: BufferId;
}

interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

interface AdamUpdates {
  readonly parameters: Ids;
  readonly momentum: Ids;
  readonly velocity: Ids;
}

export interface Operations {
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
  /** Output channel `c * M + m` is input channel `c` under its filter `m`. */
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
  /** Sum over all axes but the last. */
  readonly biasGradient: {
    readonly inputs: { readonly dy: BufferId };
    readonly outputs: { readonly dbias: BufferId };
    readonly attributes: None;
  };
  /** Over all axes but the last; the variance is the biased one. */
  readonly batchStatistics: {
    readonly inputs: { readonly x: BufferId };
    readonly outputs: { readonly mean: BufferId; readonly variance: BufferId };
    readonly attributes: None;
  };
  /** `xHat * gamma + beta` with `xHat = (x - mean) / sqrt(variance + epsilon)`, of the batch or moving. */
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
  /** Sums over all axes but the last of `dy` and of `dy * xHat`: the gradients of beta and gamma. */
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
  /** Of `normalize` with the statistics of the batch, which depend on `x` too. */
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
  /** `moving = moving * momentum + batch * (1 - momentum)`, many vectors at once. */
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
  /** From the output: ReLU passes where `y > 0`, ELU multiplies by `y > 0 ? 1 : y + 1`. */
  readonly activationGradient: {
    readonly inputs: { readonly dy: BufferId; readonly y: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: { readonly activation: ElementwiseActivation };
  };
  /** Over the last axis. */
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
  /** `argmax`: the tap (row * kernel width + column) of the first largest place inside the map. */
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
  /** Sums two or more; gradients of a tensor with several consumers too. */
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
  /** Cuts the padding off. */
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
  /** Keeps a value, divided by `1 - rate`, where `dropoutBits(seed, step, place) >= rate * 2^32`. */
  readonly dropout: {
    readonly inputs: { readonly x: BufferId; readonly step: BufferId };
    readonly outputs: { readonly y: BufferId };
    readonly attributes: DropoutAttributes;
  };
  /** The same mask once more: none is stored. */
  readonly dropoutGradient: {
    readonly inputs: { readonly dy: BufferId; readonly step: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: DropoutAttributes;
  };
  /** From logits, as Keras behind a softmax head. */
  readonly softmaxCrossEntropy: {
    readonly inputs: { readonly logits: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly imageLoss: BufferId; readonly predicted: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** Of the mean over the batch. */
  readonly softmaxCrossEntropyGradient: {
    readonly inputs: { readonly logits: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly dlogits: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** A linear head taken for probabilities: divided by its sum, clipped to `[1e-7, 1 - 1e-7]`, as Keras. */
  readonly clippedCrossEntropy: {
    readonly inputs: { readonly x: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly imageLoss: BufferId; readonly predicted: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** Of the mean over the batch; nothing passes where the value was clipped. */
  readonly clippedCrossEntropyGradient: {
    readonly inputs: { readonly x: BufferId; readonly labels: BufferId };
    readonly outputs: { readonly dx: BufferId };
    readonly attributes: SmoothingAttributes;
  };
  /** Adds to `[sum of mean losses, number correct, newest mean loss]`; the last is replaced. */
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
  /** `clipNorm / max(norm of all gradients together, clipNorm)`, Keras' `global_clipnorm`. */
  readonly clipFactor: {
    readonly inputs: { readonly gradients: Ids };
    readonly outputs: { readonly factor: BufferId };
    readonly attributes: { readonly clipNorm: number };
  };
  readonly adam: {
    readonly inputs: CountingOptimizerInputs;
    readonly outputs: None;
    readonly updates: AdamUpdates;
    readonly attributes: AdamAttributes;
  };
  readonly adamw: {
    readonly inputs: CountingOptimizerInputs;
    readonly outputs: None;
    readonly updates: AdamUpdates;
    readonly attributes: AdamAttributes & { readonly weightDecay: number };
  };
  /** No `momentum` vectors where momentum is 0. */
  readonly sgd: {
    readonly inputs: OptimizerInputs;
    readonly outputs: None;
    readonly updates: { readonly parameters: Ids; readonly momentum?: Ids };
    readonly attributes: { readonly momentum: number };
  };
  readonly rmsprop: {
    readonly inputs: OptimizerInputs;
    readonly outputs: None;
    readonly updates: { readonly parameters: Ids; readonly velocity: Ids };
    readonly attributes: { readonly rho: number; readonly epsilon: number };
  };
  readonly adadelta: {
    readonly inputs: OptimizerInputs;
    readonly outputs: None;
    readonly updates: {
      readonly parameters: Ids;
      readonly accumulated_grad: Ids;
      readonly accumulated_delta_var: Ids;
    };
    readonly attributes: { readonly rho: number; readonly epsilon: number };
  };
}

export type OpName = keyof Operations;
