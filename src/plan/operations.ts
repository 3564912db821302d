/**
 * The vocabulary of a plan: every operation with the shapes of its operands and its attributes. An executor has one kernel for
 * each. `x` is the input, `y` the output, and `dx` the gradient of the loss with respect to `x`. All feature maps are
 * `[N, H, W, C]`.
 *
 * Operations hold plain data only, no closures and no layers, so that a plan survives JSON.
 *
 * A shape is a pattern, and the patterns of one operation must agree with one another:
 *
 * - `N H W C`: four named axes; a name stands for the same number everywhere
 * - `*R C`: any leading axes, then C; `*S` alone is a whole shape
 * - `1`: that number
 * - `?F`: an operand that a step may leave out
 * - `+*S`: a list of operands, each of this shape
 * - `@*S`: a list; the names hold for entry `i` of all lists marked with `@`
 */
import type { Pair } from "../core/shape.ts";
import type { ElementwiseActivation } from "../formulas/activations/registry.ts";
import { OPTIMIZERS } from "../formulas/optimizers/registry.ts";
import type { Interpolation } from "../network/graph.ts";
import { forEachOptimizer } from "../settings/optimizers.ts";
import type { BufferId } from "./buffers.ts";

type Ids = readonly BufferId[];
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

export interface UpSamplingAttributes {
  readonly size: Pair;
  readonly interpolation: Interpolation;
}

export interface NormalizationAttributes {
  readonly epsilon: number;
}

export interface DropoutAttributes {
  readonly rate: number;
  /** Depends on the run and the layer; see `dropoutBits`. */
  readonly seed: number;
}

/** Returns the number bound to a name of a pattern. */
type Dimension = (name: string) => number;
/** Checks what patterns cannot express. It returns what is wrong in words. */
type Check<A> = (dimension: Dimension, attributes: A) => string | undefined;
/** The type of the attributes of an operation, and their check. */
export interface Attributes<A> {
  readonly check?: Check<A>;
}

const CONVOLUTION: Attributes<ConvolutionAttributes> = { check: convolutionFault };
const DEPTHWISE: Attributes<WindowAttributes> = { check: depthwiseFault };
const WINDOW: Attributes<WindowAttributes> = { check: windowFault };
const AVERAGE_POOL: Attributes<AveragePoolAttributes> = { check: windowFault };
/** `[top, left]`, as in `WindowAttributes`. */
const PADDING: Attributes<{ readonly padding: Pair }> = { check: paddingFault };
const UP_SAMPLING: Attributes<UpSamplingAttributes> = { check: upSamplingFault };
const NORMALIZATION: Attributes<NormalizationAttributes> = {};
const ACTIVATION: Attributes<{ readonly activation: ElementwiseActivation }> = {};
const DROPOUT: Attributes<DropoutAttributes> = {};
const SMOOTHING: Attributes<{ readonly labelSmoothing: number }> = {};
const MOMENTUM: Attributes<{ readonly momentum: number }> = {};
const CLIP_NORM: Attributes<{ readonly clipNorm: number }> = {};
const COEFFICIENTS: Attributes<Readonly<Record<string, number>>> = {};
const NO_ATTRIBUTES: Attributes<None> = {};

const MAP = "N H W C";
const FILTERED = "N P Q F";
const FILTER = "KH KW I F";
const DEPTHWISE_FILTER = "KH KW C M";
const POOLED = "N P Q C";
const NORMALIZED = { x: "*R C", mean: "C", variance: "C" } as const;
const SUMS = { sumDy: "C", sumDyXhat: "C" } as const;
const LOSSES = { imageLoss: "N", predicted: "N" } as const;

/**
 * One step of an optimiser over all weights by its formula (`formulas/optimizers/`). The lists are parallel: entry `i` of each
 * belongs to the same weight. Each vector that the optimiser keeps is an operand under its name, and each coefficient is an
 * attribute. `gradientFactor` multiplies every gradient; without it the factor is 1. `step` is absent if the formula does not
 * use the number of the step.
 */
const OPTIMIZER_INPUTS = {
  gradients: "@*S",
  learningRate: "1",
  gradientFactor: "?1",
  step: "?1",
} as const;

const OPTIMIZER_OPERATIONS = forEachOptimizer((kind) => {
  const slots = Object.keys(OPTIMIZERS[kind].slots).map((name) => [name, "@*S"] as const);
  const updates: OptimizerUpdates = { ...Object.fromEntries(slots), parameters: "@*S" };
  return operation(OPTIMIZER_INPUTS, {}, COEFFICIENTS, updates);
});
type OptimizerUpdates = { readonly parameters: "@*S" } & Readonly<Record<string, "@*S">>;

/** Every operation. The registries of the executors must have an entry for each. */
export const OPERATIONS = {
  conv2d: operation({ x: MAP, filter: FILTER, bias: "?F" }, { y: FILTERED }, CONVOLUTION),
  conv2dInputGradient: operation({ dy: FILTERED, filter: FILTER }, { dx: MAP }, CONVOLUTION),
  conv2dFilterGradient: operation({ x: MAP, dy: FILTERED }, { dfilter: FILTER }, CONVOLUTION),
  /** Output channel `c * M + m` is input channel `c` convolved with its filter `m`. */
  depthwiseConv2d: operation(
    { x: MAP, filter: DEPTHWISE_FILTER, bias: "?F" },
    { y: FILTERED },
    DEPTHWISE,
  ),
  depthwiseConv2dInputGradient: operation(
    { dy: FILTERED, filter: DEPTHWISE_FILTER },
    { dx: MAP },
    DEPTHWISE,
  ),
  depthwiseConv2dFilterGradient: operation(
    { x: MAP, dy: FILTERED },
    { dfilter: DEPTHWISE_FILTER },
    DEPTHWISE,
  ),
  /** Sums over all axes but the last. */
  biasGradient: operation({ dy: "*R C" }, { dbias: "C" }, NO_ATTRIBUTES),
  /** Computes mean and biased variance over all axes but the last. */
  batchStatistics: operation({ x: "*R C" }, { mean: "C", variance: "C" }, NO_ATTRIBUTES),
  /**
   * `xHat * gamma + beta` with `xHat = (x - mean) / sqrt(variance + epsilon)`. The statistics are those of the batch or the
   * moving ones.
   */
  normalize: operation({ ...NORMALIZED, gamma: "?C", beta: "?C" }, { y: "*R C" }, NORMALIZATION),
  /** Sums `dy` and `dy * xHat` over all axes but the last: the gradients of beta and gamma. */
  normalizationSums: operation({ dy: "*R C", ...NORMALIZED }, SUMS, NORMALIZATION),
  /** The gradient of `normalize` with batch statistics, which themselves depend on `x`. */
  normalizationGradient: operation(
    { dy: "*R C", ...NORMALIZED, gamma: "?C", ...SUMS },
    { dx: "*R C" },
    NORMALIZATION,
  ),
  /** As `normalize`, but with mean and biased variance of each row. */
  layerNormalize: operation({ x: "*R C", gamma: "?C", beta: "?C" }, { y: "*R C" }, NORMALIZATION),
  layerNormalizeInputGradient: operation(
    { dy: "*R C", x: "*R C", gamma: "?C" },
    { dx: "*R C" },
    NORMALIZATION,
  ),
  /** `dy * xHat`. The sum of its rows is the gradient of gamma. */
  layerNormalizeScaleTerms: operation({ dy: "*R C", x: "*R C" }, { terms: "*R C" }, NORMALIZATION),
  /** `moving = moving * momentum + batch * (1 - momentum)`, for many vectors at once. */
  movingAverage: operation({ batch: "@*S" }, {}, MOMENTUM, { moving: "@*S" }),
  activation: operation({ x: "*S" }, { y: "*S" }, ACTIVATION),
  /** Multiplies by the derivative, computed from the output `y`: ReLU passes the gradient where `y > 0`. */
  activationGradient: operation({ dy: "*S", y: "*S" }, { dx: "*S" }, ACTIVATION),
  /** Multiplies by the derivative of an activation whose output does not determine it. */
  activationGradientFromInput: operation({ dy: "*S", x: "*S" }, { dx: "*S" }, ACTIVATION),
  /** `x` where it is positive, otherwise `alpha * x`, with one `alpha` for each column. */
  prelu: operation({ x: "*R C", alpha: "C" }, { y: "*R C" }, NO_ATTRIBUTES),
  /** `dy` where `x` is positive, `alpha * dy` where it is negative, and 0 where it is 0. */
  preluInputGradient: operation(
    { dy: "*R C", x: "*R C", alpha: "C" },
    { dx: "*R C" },
    NO_ATTRIBUTES,
  ),
  /** `dy * min(x, 0)`. The sum of its rows is the gradient of `alpha`. */
  preluAlphaTerms: operation({ dy: "*S", x: "*S" }, { terms: "*S" }, NO_ATTRIBUTES),
  /** Applies over the last axis. */
  softmax: operation({ x: "*R C" }, { y: "*R C" }, NO_ATTRIBUTES),
  softmaxGradient: operation({ dy: "*R C", y: "*R C" }, { dx: "*R C" }, NO_ATTRIBUTES),
  /** The logarithm of the softmax, without its underflow. */
  logSoftmax: operation({ x: "*R C" }, { y: "*R C" }, NO_ATTRIBUTES),
  logSoftmaxGradient: operation({ dy: "*R C", y: "*R C" }, { dx: "*R C" }, NO_ATTRIBUTES),
  /** `argmax` is the window position (row * kernel width + column) of the first largest value inside the map. */
  maxPool: operation({ x: MAP }, { y: POOLED, argmax: `?${POOLED}` }, WINDOW),
  maxPoolGradient: operation({ dy: POOLED, argmax: POOLED }, { dx: MAP }, WINDOW),
  averagePool: operation({ x: MAP }, { y: POOLED }, AVERAGE_POOL),
  averagePoolGradient: operation({ dy: POOLED }, { dx: MAP }, AVERAGE_POOL),
  globalAveragePool: operation({ x: MAP }, { y: "N C" }, NO_ATTRIBUTES),
  globalAveragePoolGradient: operation({ dy: "N C" }, { dx: MAP }, NO_ATTRIBUTES),
  /** Sums two or more tensors. It also sums the gradients of a tensor that several layers read. */
  add: operation({ terms: "+*S" }, { y: "*S" }, NO_ATTRIBUTES),
  /** Multiplies element by element. The gradient of one operand is the product of `dy` and the other. */
  multiply: operation({ x: "*S", factor: "*S" }, { y: "*S" }, NO_ATTRIBUTES),
  /**
   * Makes `size` rows and columns of each. `nearest` repeats them. Otherwise output `i` of an axis mixes two neighbours
   * around the position `(i + 1/2) / size - 1/2` (`bilinear`) or `i / size` (`bilinear-corners`); positions outside the map
   * count as those on its border.
   */
  upSample2d: operation({ x: MAP }, { y: POOLED }, UP_SAMPLING),
  upSample2dGradient: operation({ dy: POOLED }, { dx: MAP }, UP_SAMPLING),
  zeroPad2d: operation({ x: MAP }, { y: POOLED }, PADDING),
  /** Removes the padding. It also crops a map: `dy` is then the map and `dx` what is left of it. */
  zeroPad2dGradient: operation({ dy: POOLED }, { dx: MAP }, PADDING),
  /** Swaps two axes. The gradient swaps them back. */
  swapAxes: operation({ x: "N A B C" }, { y: "N B A C" }, NO_ATTRIBUTES),
  dense: operation({ x: "N K", kernel: "K U", bias: "?U" }, { y: "N U" }, NO_ATTRIBUTES),
  denseInputGradient: operation({ dy: "N U", kernel: "K U" }, { dx: "N K" }, NO_ATTRIBUTES),
  denseKernelGradient: operation({ x: "N K", dy: "N U" }, { dkernel: "K U" }, NO_ATTRIBUTES),
  /**
   * Keeps a value, divided by `1 - rate`, where `dropoutBits(seed, step, place) >= rate * 2^32`; other values become 0.
   */
  dropout: operation({ x: "*S", step: "1" }, { y: "*S" }, DROPOUT),
  /** Recomputes the mask, because none is stored. */
  dropoutGradient: operation({ dy: "*S", step: "1" }, { dx: "*S" }, DROPOUT),
  /** Takes logits, as Keras does for a softmax head. */
  softmaxCrossEntropy: operation({ logits: "N C", labels: "N" }, LOSSES, SMOOTHING),
  /** The gradient of the mean over the batch. */
  softmaxCrossEntropyGradient: operation(
    { logits: "N C", labels: "N" },
    { dlogits: "N C" },
    SMOOTHING,
  ),
  /**
   * Takes the output of a linear head as probabilities: divides by their sum and clips to `[1e-7, 1 - 1e-7]`, as Keras does.
   */
  clippedCrossEntropy: operation({ x: "N C", labels: "N" }, LOSSES, SMOOTHING),
  /** The gradient of the mean over the batch. It is 0 where the value was clipped. */
  clippedCrossEntropyGradient: operation({ x: "N C", labels: "N" }, { dx: "N C" }, SMOOTHING),
  /** Updates `[sum of mean losses, number correct, newest mean loss]`: adds to the first two and replaces the last. */
  accumulateMetrics: operation({ ...LOSSES, labels: "N" }, {}, NO_ATTRIBUTES, { sums: "3" }),
  /** `clipNorm / max(global norm of all gradients, clipNorm)`, as Keras' `global_clipnorm`. */
  clipFactor: operation({ gradients: "@*S" }, { factor: "1" }, CLIP_NORM),
  ...OPTIMIZER_OPERATIONS,
};

export type OpName = keyof typeof OPERATIONS;

export type Patterns = Readonly<Record<string, string>>;

interface Operation<Inputs, Outputs, A, Updates> {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly attributes: Attributes<A>;
  readonly updates: Updates | undefined;
}

function operation<
  const Inputs extends Patterns,
  const Outputs extends Patterns,
  A,
  const Updates extends Patterns = None,
>(
  inputs: Inputs,
  outputs: Outputs,
  attributes: Attributes<A>,
  updates?: Updates,
): Operation<Inputs, Outputs, A, Updates> {
  return { inputs, outputs, attributes, updates };
}

type IdsFor<Pattern> = Pattern extends `${"+" | "@"}${string}` ? Ids : BufferId;
type OperandsOf<P> = {
  readonly [N in keyof P as P[N] extends `?${string}` ? never : N]: IdsFor<P[N]>;
} & {
  readonly [N in keyof P as P[N] extends `?${string}` ? N : never]?: IdsFor<P[N]>;
};
type ContentsOf<O> =
  O extends Operation<infer Inputs, infer Outputs, infer A, infer Updates>
    ? {
        readonly inputs: OperandsOf<Inputs>;
        readonly outputs: OperandsOf<Outputs>;
        readonly attributes: A;
      } & ([keyof Updates] extends [never] ? unknown : { readonly updates: OperandsOf<Updates> })
    : never;

/** The operands and attributes of a step of each operation. */
export type Operations = { readonly [K in OpName]: ContentsOf<(typeof OPERATIONS)[K]> };

function convolutionFault(
  dimension: Dimension,
  attributes: ConvolutionAttributes,
): string | undefined {
  const { groups } = attributes;
  if (dimension("I") * groups !== dimension("C") || dimension("F") % groups !== 0)
    return `${groups} groups do not go with ${dimension("C")} channels and ${dimension("F")} filters`;
  return filterFault(dimension, attributes);
}

function depthwiseFault(dimension: Dimension, attributes: WindowAttributes): string | undefined {
  if (dimension("C") * dimension("M") !== dimension("F"))
    return `${dimension("C")} channels with ${dimension("M")} filters each do not give ${dimension("F")}`;
  return filterFault(dimension, attributes);
}

function filterFault(dimension: Dimension, attributes: WindowAttributes): string | undefined {
  const { kernel } = attributes;
  if (dimension("KH") !== kernel[0] || dimension("KW") !== kernel[1])
    return `its filter is not of ${kernel.join("x")}`;
  return windowFault(dimension, attributes);
}

/**
 * Checks a window; the map is `H W`, the result `P Q`. Every window must overlap the map, and no further window
 * may fit after the last one.
 */
function windowFault(
  dimension: Dimension,
  { kernel, strides, dilation, padding }: WindowAttributes,
): string | undefined {
  const sides = [dimension("H"), dimension("W")] as const;
  const outputs = [dimension("P"), dimension("Q")] as const;
  const wrong = ([0, 1] as const).find((axis) => {
    const extent = (kernel[axis] - 1) * dilation[axis] + 1;
    const after = (outputs[axis] - 1) * strides[axis] + extent - padding[axis] - sides[axis];
    return (
      padding[axis] < 0 || padding[axis] >= extent || after >= extent || after <= -strides[axis]
    );
  });
  return wrong === undefined
    ? undefined
    : `a window of ${kernel.join("x")} at strides ${strides.join("x")} and padding ${padding.join("x")} does not take ${sides.join("x")} to ${outputs.join("x")}`;
}

function paddingFault(
  dimension: Dimension,
  { padding: [top, left] }: { readonly padding: Pair },
): string | undefined {
  const fits =
    top >= 0 &&
    left >= 0 &&
    dimension("H") + top <= dimension("P") &&
    dimension("W") + left <= dimension("Q");
  return fits ? undefined : "the padded map does not hold the map";
}

function upSamplingFault(
  dimension: Dimension,
  { size }: { readonly size: Pair },
): string | undefined {
  const fits =
    dimension("H") * size[0] === dimension("P") && dimension("W") * size[1] === dimension("Q");
  return fits ? undefined : `the result does not have ${size.join("x")} times the map's sides`;
}
