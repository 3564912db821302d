/**
 * Every kernel with the names and types of its arguments. The build writes from this table what the kernels read their
 * arguments with, and the types of `kernelCalls.ts` make a call that lacks an argument, or misspells one, an error of the
 * compiler. The order of arguments is their order in memory and means nothing else.
 */

import {
  ACTIVATION_KERNELS,
  FUSED_ACTIVATIONS,
  fusedOperand,
  OPTIMIZER_KERNELS,
  PRELU_KERNELS,
} from "./formulaKernels.ts";

/** One slot of four bytes, with the AssemblyScript type that a kernel reads it as. */
export const SCALARS = {
  /** In bytes, in the linear memory. */
  address: "usize",
  /** 0 where there is none. */
  optionalAddress: "usize",
  i32: "i32",
  u32: "u32",
  f32: "f32",
  boolean: "bool",
} as const;

/** One slot that holds the index of a word in its list. Kernels compare it with constants of an enumeration. */
export const CHOICES = {
  /** How a kernel gets the values of an operand; `scripts/operandSources.ts` has the formulas. */
  operandKind: [
    "plain",
    ...FUSED_ACTIVATIONS.map(({ kind }) => fusedOperand(kind, false)),
    "normalized",
    ...FUSED_ACTIVATIONS.map(({ kind }) => fusedOperand(kind, true)),
    "normalizationGradient",
  ],
  /** The activation whose derivative, 0 or 1, multiplies a gradient. */
  fusedActivation: ["none", ...FUSED_ACTIVATIONS.map(({ kind }) => kind)],
  /** How a product reads weights: `turned` rotates a filter by 180 degrees and swaps input and output channels. */
  weightsOrder: ["asStored", "transposed", "turned"],
  /** What is done to the values of images: each image standardised, or `scale * x + offset` for each channel. */
  imagePreparation: ["standardized", "linear", "linearReversed"],
} as const;

/** Arguments that belong together wherever they occur. */
export const RECORDS = {
  /** A window that slides over the map `[images, height, width, channels]` to the result `[images, rows, columns, filters]`. */
  slidingWindow: {
    images: "i32",
    height: "i32",
    width: "i32",
    channels: "i32",
    rows: "i32",
    columns: "i32",
    filters: "i32",
    kernelHeight: "i32",
    kernelWidth: "i32",
    strideY: "i32",
    strideX: "i32",
    dilationY: "i32",
    dilationX: "i32",
    paddingY: "i32",
    paddingX: "i32",
    groups: "i32",
  },
  /** A tensor in memory, or a step that was never stored and is computed while its rows are loaded. */
  operand: {
    kind: "operandKind",
    source: "optionalAddress",
    second: "optionalAddress",
    coefficients: "optionalAddress",
  },
  /** `x` is 0 where no sums are wanted. */
  gradientSums: { x: "optionalAddress", mean: "optionalAddress", parts: "optionalAddress" },
  /** `activated` is the output of the activation whose derivative masks the gradient. */
  gradientEpilogue: {
    activated: "operand",
    activation: "fusedActivation",
    sums: "gradientSums",
  },
  /** `left` `[rows, depth]` times packed panels of `[depth, columns]`. */
  product: { rows: "i32", depth: "i32", columns: "i32", left: "operand", panels: "address" },
  /** `x` `[rows, features]` and `dy` `[rows, units]`. */
  factors: { rows: "i32", features: "i32", units: "i32", x: "operand", dy: "operand" },
  /** A map and how many rows and columns each becomes. The shifts are in half pixels of the result. */
  upSampling: {
    images: "i32",
    height: "i32",
    width: "i32",
    channels: "i32",
    rowSize: "i32",
    columnSize: "i32",
    rowShift: "i32",
    columnShift: "i32",
    isMixed: "boolean",
  },
  /** Which of `count` numbers a chunk takes. */
  numberRange: { count: "i32", perChunk: "i32" },
  /** Which of `count` rows of `channels` numbers a chunk takes. */
  rowRange: { count: "i32", channels: "i32", perChunk: "i32" },
  /** A chunk is a band of `rows` rows of an image's result, which has `perImage` bands. */
  bandRange: { rows: "i32", perImage: "i32" },
} as const;

/** Sizes on which the loops of kernels and the memory that `lower/` reserves for them must agree. */
export const SIZES = {
  /** Numbers of the memory for a register tile that does not fit into the result. */
  TILE_NUMBERS: 64,
  /** Rows of a left factor that are multiplied at once: 96 rows of 512 numbers stay in the second-level cache. */
  BLOCK_ROWS: 96,
  /** Rows that are summed at once where a product sums over rows. */
  REDUCED_ROWS: 384,
  /** Numbers of the rows that a kernel works on at once: they stay in the first-level cache beside as many others. */
  CACHED_NUMBERS: 2048,
} as const;

const SCORE_GRADIENT = [
  ["outputs", "labels", "gradient"],
  { rows: "rowRange", labelSmoothing: "f32" },
] as const;

const FILTER_GRADIENT = [
  ["parts"],
  { window: "slidingWindow", x: "operand", dy: "operand", imagesPerPart: "i32" },
] as const;

const PADDING = [
  ["inner", "outer"],
  {
    images: "i32",
    height: "i32",
    width: "i32",
    outerHeight: "i32",
    outerWidth: "i32",
    channels: "i32",
    top: "i32",
    left: "i32",
    linesPerChunk: "i32",
  },
] as const;

/**
 * @param addresses names of arguments that are addresses; `?` marks one that is 0 where there is none.
 * @param others further arguments with their types.
 */
function kernel<const Name extends string, const Others extends Readonly<Record<string, unknown>>>(
  file: string,
  addresses: readonly Name[],
  others: Others,
) {
  const entries = addresses.map((name) =>
    name.endsWith("?") ? [name.slice(0, -1), "optionalAddress"] : [name, "address"],
  );
  // The compiler cannot infer the names of the entries.
  const addressTypes = Object.fromEntries(entries) as Addresses<Name>;
  return { file, arguments: { ...addressTypes, ...others } };
}

type Addresses<Name extends string> = {
  readonly [N in Name as N extends `${infer Stem}?` ? Stem : N]: N extends `${string}?`
    ? "optionalAddress"
    : "address";
};

/** A kernel is the function of its name in `kernels/FILE.ts`. */
export const KERNELS = {
  ...ACTIVATION_KERNELS,
  ...PRELU_KERNELS,
  ...OPTIMIZER_KERNELS,
  accumulateMetrics: kernel("accumulateMetrics", ["imageLoss", "predicted", "labels", "sums"], {
    rows: "i32",
  }),
  addTerms: kernel("add", ["result"], {
    rows: "rowRange",
    numTerms: "i32",
    epilogue: "gradientEpilogue",
    terms: { listOf: "operand" },
  }),
  averagePool: kernel("averagePool", ["x", "y"], {
    window: "slidingWindow",
    countsPadding: "boolean",
    linesPerChunk: "i32",
  }),
  averagePoolGradient: kernel("averagePool", ["dy", "dx"], {
    window: "slidingWindow",
    countsPadding: "boolean",
    linesPerChunk: "i32",
  }),
  batchStatistics: kernel("batchStatistics", ["x", "parts"], { rows: "rowRange" }),
  clipFactor: kernel("clipFactor", ["parts", "factor"], { numParts: "i32", clipNorm: "f32" }),
  clippedCrossEntropyGradient: kernel("crossEntropy", ...SCORE_GRADIENT),
  conv2d: kernel("conv2d", ["panels", "bias?", "y", "statisticsParts?"], {
    window: "slidingWindow",
    x: "operand",
    linesPerChunk: "i32",
  }),
  conv2dFilterGradient: kernel("conv2d", ...FILTER_GRADIENT),
  conv2dInputGradient: kernel("conv2d", ["panels", "dx"], {
    window: "slidingWindow",
    dy: "operand",
    imagesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  conv2dRuns: kernel("conv2dRuns", ["panels", "bias?", "y", "statisticsParts?"], {
    window: "slidingWindow",
    x: "operand",
    bands: "bandRange",
    epilogue: "gradientEpilogue",
  }),
  conv2dRunsFilterGradient: kernel("conv2dRuns", ...FILTER_GRADIENT),
  crossEntropy: kernel("crossEntropy", ["outputs", "labels", "imageLoss", "predicted"], {
    rows: "rowRange",
    labelSmoothing: "f32",
    isClipped: "boolean",
  }),
  cutLines: kernel("zeroPad2d", ...PADDING),
  dense: kernel("dense", ["bias?", "y", "statisticsParts?"], {
    product: "product",
    rowsPerChunk: "i32",
  }),
  denseGradients: kernel("dense", ["panels", "dx", "parts"], {
    factors: "factors",
    rowsPerPart: "i32",
    epilogue: "gradientEpilogue",
  }),
  denseInputGradient: kernel("dense", ["dx"], {
    product: "product",
    rowsPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  denseKernelGradient: kernel("dense", ["parts"], {
    factors: "factors",
    rowsPerPart: "i32",
    featuresPerChunk: "i32",
    chunksPerPart: "i32",
  }),
  depthwise3x3: kernel("depthwise3x3", ["filter", "bias?", "y"], {
    window: "slidingWindow",
    x: "operand",
    linesPerChunk: "i32",
  }),
  depthwise3x3Gradients: kernel("depthwise3x3", ["filter?", "parts?", "dx?"], {
    window: "slidingWindow",
    x: "operand",
    dy: "operand",
    maskByX: "fusedActivation",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  depthwiseConv2d: kernel("depthwiseConv2d", ["filter", "bias?", "y"], {
    window: "slidingWindow",
    x: "operand",
    bands: "bandRange",
  }),
  depthwiseConv2dFilterGradient: kernel("depthwiseConv2d", ["dy", "parts"], {
    window: "slidingWindow",
    x: "operand",
    bands: "bandRange",
  }),
  depthwiseConv2dInputGradient: kernel("depthwiseConv2d", ["dy", "filter", "dx"], {
    window: "slidingWindow",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  dropout: kernel("dropout", ["from", "to", "step"], {
    numbers: "numberRange",
    seed: "u32",
    limit: "u32",
    factor: "f32",
  }),
  globalAveragePool: kernel("globalAveragePool", ["y"], {
    x: "operand",
    pixels: "i32",
    channels: "i32",
  }),
  globalAveragePoolGradient: kernel("globalAveragePool", ["dy", "dx"], {
    pixels: "i32",
    channels: "i32",
  }),
  layerNormalize: kernel("layerNormalization", ["x", "gamma?", "beta?", "y"], {
    rows: "rowRange",
    epsilon: "f32",
  }),
  layerNormalizeInputGradient: kernel("layerNormalization", ["dy", "x", "gamma?", "dx"], {
    rows: "rowRange",
    epsilon: "f32",
  }),
  layerNormalizeScaleTerms: kernel("layerNormalization", ["dy", "x", "terms"], {
    rows: "rowRange",
    epsilon: "f32",
  }),
  logSoftmax: kernel("softmax", ["x", "y"], { rows: "rowRange" }),
  logSoftmaxGradient: kernel("softmax", ["dy", "y", "dx"], { rows: "rowRange" }),
  maskedGradient: kernel("activation", ["dy", "dx"], {
    y: "operand",
    activation: "fusedActivation",
    rows: "rowRange",
    epilogue: "gradientEpilogue",
  }),
  maxPool: kernel("maxPool", ["y", "argmax?"], {
    window: "slidingWindow",
    x: "operand",
    bands: "bandRange",
  }),
  maxPoolGradient: kernel("maxPool", ["dy", "argmax", "dx"], {
    window: "slidingWindow",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  mergeNormalizationSums: kernel("normalizationSums", ["parts", "variance", "sumDy", "sumDyXhat"], {
    numParts: "i32",
    channels: "numberRange",
    epsilon: "f32",
  }),
  mergeStatistics: kernel("batchStatistics", ["parts", "mean", "variance"], {
    numParts: "i32",
    channels: "numberRange",
  }),
  multiply: kernel("multiply", ["x", "factor", "y"], { numbers: "numberRange" }),
  movingAverage: kernel("movingAverage", ["moving", "batch"], {
    numbers: "numberRange",
    momentum: "f32",
    oneMinusMomentum: "f32",
  }),
  normalizationCoefficients: kernel(
    "coefficients",
    ["mean", "variance", "gamma?", "beta?", "coefficients"],
    { channels: "i32", epsilon: "f32" },
  ),
  normalizationGradientCoefficients: kernel(
    "coefficients",
    ["mean", "variance", "gamma?", "sumDy", "sumDyXhat", "coefficients"],
    { channels: "i32", epsilon: "f32", rows: "i32" },
  ),
  normalizationSums: kernel("normalizationSums", ["dy"], {
    rows: "rowRange",
    epilogue: "gradientEpilogue",
  }),
  packWeights: kernel("packWeights", ["weights", "panels"], {
    depth: "i32",
    columns: "i32",
    rowBytes: "i32",
    groupBytes: "i32",
    order: "weightsOrder",
    columnsPerChunk: "i32",
    chunksPerGroup: "i32",
  }),
  padLines: kernel("zeroPad2d", ...PADDING),
  prepareImages: kernel("prepareImages", ["pixels", "maps?", "target"], {
    height: "i32",
    width: "i32",
    channels: "i32",
    preparedHeight: "i32",
    preparedWidth: "i32",
    preparedChannels: "i32",
    hasFloats: "boolean",
    preparation: "imagePreparation",
    scale: "f32",
    offsets: { listOf: "f32" },
  }),
  samplePixels: kernel("samplePixels", ["result"], {
    window: "slidingWindow",
    x: "operand",
    linesPerChunk: "i32",
  }),
  softmax: kernel("softmax", ["x", "y"], { rows: "rowRange" }),
  softmaxCrossEntropyGradient: kernel("crossEntropy", ...SCORE_GRADIENT),
  softmaxGradient: kernel("softmax", ["dy", "y", "dx"], { rows: "rowRange" }),
  spreadPixels: kernel("samplePixels", ["pixelGradients", "dx"], {
    window: "slidingWindow",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  storeRows: kernel("storeRows", ["result"], { operand: "operand", rows: "rowRange" }),
  sumColumns: kernel("biasGradient", ["dy", "parts"], { rows: "rowRange" }),
  sumParts: kernel("sumParts", ["parts", "result"], { numParts: "i32", numbers: "numberRange" }),
  sumSquares: kernel("clipFactor", ["values", "parts"], { numbers: "numberRange" }),
  swapAxes: kernel("swapAxes", ["x", "y"], { rows: "rowRange", a: "i32", b: "i32" }),
  upSample2d: kernel("upSample2d", ["x", "y"], { sides: "upSampling", linesPerChunk: "i32" }),
  upSample2dGradient: kernel("upSample2d", ["dy", "dx"], {
    sides: "upSampling",
    linesPerChunk: "i32",
  }),
} as const;
