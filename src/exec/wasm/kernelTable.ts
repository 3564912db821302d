/**
 * Every kernel with the names and types of its arguments. The build writes from this table what the kernels read their
 * arguments with, and the types of `kernelCalls.ts` make a call that lacks an argument, or misspells one, an error of the
 * compiler. The order of arguments is their order in memory and means nothing else.
 */

import { ACTIVATION_KERNELS, OPTIMIZER_KERNELS, PRELU_KERNELS } from "./formulaKernels.ts";

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
  /** How a kernel gets the values of an operand; `kernels/shared/operand.ts` has the formulas. */
  operandKind: ["plain", "relu", "normalized", "normalizedRelu", "normalizationGradient"],
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
  /** The source of `mask` is 0 where there is none. */
  gradientEpilogue: { mask: "operand", sums: "gradientSums" },
  /** `left` `[rows, depth]` times packed panels of `[depth, columns]`. */
  product: { rows: "i32", depth: "i32", columns: "i32", left: "operand", panels: "address" },
  /** `x` `[rows, features]` and `dy` `[rows, units]`. */
  factors: { rows: "i32", features: "i32", units: "i32", x: "operand", dy: "operand" },
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

const SCORE = {
  outputs: "address",
  labels: "address",
  rows: "rowRange",
  labelSmoothing: "f32",
  imageLoss: "address",
  predicted: "address",
} as const;

const SCORE_GRADIENT = {
  outputs: "address",
  labels: "address",
  rows: "rowRange",
  labelSmoothing: "f32",
  gradient: "address",
} as const;

const FILTER_GRADIENT = {
  window: "slidingWindow",
  x: "operand",
  dy: "operand",
  parts: "address",
  imagesPerPart: "i32",
} as const;

const PADDING = {
  images: "i32",
  height: "i32",
  width: "i32",
  outerHeight: "i32",
  outerWidth: "i32",
  channels: "i32",
  top: "i32",
  left: "i32",
  inner: "address",
  outer: "address",
  linesPerChunk: "i32",
} as const;

function kernel<const Types extends Readonly<Record<string, unknown>>>(file: string, types: Types) {
  return { file, arguments: types };
}

/** A kernel is the function of its name in `kernels/FILE.ts`. */
export const KERNELS = {
  ...ACTIVATION_KERNELS,
  ...PRELU_KERNELS,
  ...OPTIMIZER_KERNELS,
  accumulateMetrics: kernel("accumulateMetrics", {
    imageLoss: "address",
    predicted: "address",
    labels: "address",
    rows: "i32",
    sums: "address",
  }),
  addTerms: kernel("add", {
    rows: "rowRange",
    result: "address",
    numTerms: "i32",
    epilogue: "gradientEpilogue",
    terms: { listOf: "operand" },
  }),
  averagePool: kernel("averagePool", {
    window: "slidingWindow",
    x: "address",
    y: "address",
    countsPadding: "boolean",
    linesPerChunk: "i32",
  }),
  averagePoolGradient: kernel("averagePool", {
    window: "slidingWindow",
    dy: "address",
    dx: "address",
    countsPadding: "boolean",
    linesPerChunk: "i32",
  }),
  batchStatistics: kernel("batchStatistics", { x: "address", rows: "rowRange", parts: "address" }),
  clipFactor: kernel("clipFactor", {
    parts: "address",
    numParts: "i32",
    clipNorm: "f32",
    factor: "address",
  }),
  clippedCrossEntropy: kernel("crossEntropy", SCORE),
  clippedCrossEntropyGradient: kernel("crossEntropy", SCORE_GRADIENT),
  conv2d: kernel("conv2d", {
    window: "slidingWindow",
    x: "operand",
    panels: "address",
    bias: "optionalAddress",
    y: "address",
    linesPerChunk: "i32",
    statisticsParts: "optionalAddress",
  }),
  conv2dFilterGradient: kernel("conv2d", FILTER_GRADIENT),
  conv2dInputGradient: kernel("conv2d", {
    window: "slidingWindow",
    dy: "operand",
    panels: "address",
    dx: "address",
    imagesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  conv2dRuns: kernel("conv2dRuns", {
    window: "slidingWindow",
    x: "operand",
    panels: "address",
    bias: "optionalAddress",
    y: "address",
    bands: "bandRange",
    statisticsParts: "optionalAddress",
    epilogue: "gradientEpilogue",
  }),
  conv2dRunsFilterGradient: kernel("conv2dRuns", FILTER_GRADIENT),
  cutLines: kernel("zeroPad2d", PADDING),
  dense: kernel("dense", {
    product: "product",
    bias: "optionalAddress",
    y: "address",
    rowsPerChunk: "i32",
    statisticsParts: "optionalAddress",
  }),
  denseGradients: kernel("dense", {
    factors: "factors",
    panels: "address",
    dx: "address",
    parts: "address",
    rowsPerPart: "i32",
    epilogue: "gradientEpilogue",
  }),
  denseInputGradient: kernel("dense", {
    product: "product",
    dx: "address",
    rowsPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  denseKernelGradient: kernel("dense", {
    factors: "factors",
    parts: "address",
    rowsPerPart: "i32",
    featuresPerChunk: "i32",
    chunksPerPart: "i32",
  }),
  depthwise3x3: kernel("depthwise3x3", {
    window: "slidingWindow",
    x: "operand",
    filter: "address",
    bias: "optionalAddress",
    y: "address",
    linesPerChunk: "i32",
  }),
  depthwise3x3Gradients: kernel("depthwise3x3", {
    window: "slidingWindow",
    x: "operand",
    dy: "operand",
    filter: "optionalAddress",
    parts: "optionalAddress",
    dx: "optionalAddress",
    isMaskedByX: "boolean",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  depthwiseConv2d: kernel("depthwiseConv2d", {
    window: "slidingWindow",
    x: "operand",
    filter: "address",
    bias: "optionalAddress",
    y: "address",
    bands: "bandRange",
  }),
  depthwiseConv2dFilterGradient: kernel("depthwiseConv2d", {
    window: "slidingWindow",
    x: "operand",
    dy: "address",
    parts: "address",
    bands: "bandRange",
  }),
  depthwiseConv2dInputGradient: kernel("depthwiseConv2d", {
    window: "slidingWindow",
    dy: "address",
    filter: "address",
    dx: "address",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  dropout: kernel("dropout", {
    from: "address",
    to: "address",
    numbers: "numberRange",
    step: "address",
    seed: "u32",
    limit: "u32",
    factor: "f32",
  }),
  globalAveragePool: kernel("globalAveragePool", {
    x: "operand",
    pixels: "i32",
    channels: "i32",
    y: "address",
  }),
  globalAveragePoolGradient: kernel("globalAveragePool", {
    dy: "address",
    pixels: "i32",
    channels: "i32",
    dx: "address",
  }),
  maxPool: kernel("maxPool", {
    window: "slidingWindow",
    x: "operand",
    y: "address",
    argmax: "optionalAddress",
    bands: "bandRange",
  }),
  maxPoolGradient: kernel("maxPool", {
    window: "slidingWindow",
    dy: "address",
    argmax: "address",
    dx: "address",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  mergeNormalizationSums: kernel("normalizationSums", {
    parts: "address",
    numParts: "i32",
    channels: "numberRange",
    variance: "address",
    epsilon: "f32",
    sumDy: "address",
    sumDyXhat: "address",
  }),
  mergeStatistics: kernel("batchStatistics", {
    parts: "address",
    numParts: "i32",
    channels: "numberRange",
    mean: "address",
    variance: "address",
  }),
  movingAverage: kernel("movingAverage", {
    moving: "address",
    batch: "address",
    numbers: "numberRange",
    momentum: "f32",
    oneMinusMomentum: "f32",
  }),
  normalizationCoefficients: kernel("coefficients", {
    channels: "i32",
    mean: "address",
    variance: "address",
    gamma: "optionalAddress",
    beta: "optionalAddress",
    epsilon: "f32",
    coefficients: "address",
  }),
  normalizationGradientCoefficients: kernel("coefficients", {
    channels: "i32",
    mean: "address",
    variance: "address",
    gamma: "optionalAddress",
    sumDy: "address",
    sumDyXhat: "address",
    epsilon: "f32",
    rows: "i32",
    coefficients: "address",
  }),
  normalizationSums: kernel("normalizationSums", {
    dy: "address",
    rows: "rowRange",
    epilogue: "gradientEpilogue",
  }),
  packWeights: kernel("packWeights", {
    depth: "i32",
    columns: "i32",
    weights: "address",
    rowBytes: "i32",
    groupBytes: "i32",
    panels: "address",
    order: "weightsOrder",
    columnsPerChunk: "i32",
    chunksPerGroup: "i32",
  }),
  padLines: kernel("zeroPad2d", PADDING),
  prepareImages: kernel("prepareImages", {
    pixels: "address",
    maps: "optionalAddress",
    height: "i32",
    width: "i32",
    channels: "i32",
    preparedHeight: "i32",
    preparedWidth: "i32",
    preparedChannels: "i32",
    target: "address",
    hasFloats: "boolean",
    preparation: "imagePreparation",
    scale: "f32",
    offsets: { listOf: "f32" },
  }),
  reluGradient: kernel("activation", {
    dy: "address",
    y: "operand",
    dx: "address",
    rows: "rowRange",
    epilogue: "gradientEpilogue",
  }),
  samplePixels: kernel("samplePixels", {
    window: "slidingWindow",
    x: "operand",
    result: "address",
    linesPerChunk: "i32",
  }),
  softmax: kernel("softmax", { x: "address", y: "address", rows: "rowRange" }),
  softmaxCrossEntropy: kernel("crossEntropy", SCORE),
  softmaxCrossEntropyGradient: kernel("crossEntropy", SCORE_GRADIENT),
  softmaxGradient: kernel("softmax", {
    dy: "address",
    y: "address",
    dx: "address",
    rows: "rowRange",
  }),
  spreadPixels: kernel("samplePixels", {
    window: "slidingWindow",
    pixelGradients: "address",
    dx: "address",
    linesPerChunk: "i32",
    epilogue: "gradientEpilogue",
  }),
  storeRows: kernel("storeRows", { operand: "operand", rows: "rowRange", result: "address" }),
  sumColumns: kernel("biasGradient", { dy: "address", rows: "rowRange", parts: "address" }),
  sumParts: kernel("sumParts", {
    parts: "address",
    numParts: "i32",
    numbers: "numberRange",
    result: "address",
  }),
  sumSquares: kernel("clipFactor", { values: "address", numbers: "numberRange", parts: "address" }),
} as const;
