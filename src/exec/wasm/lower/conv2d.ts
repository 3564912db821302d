/**
 * Lowers convolutions: as one matrix product where the window is a single pixel, without im2col where the stride is 1
 * (`conv2dRuns.ts`), otherwise with im2col.
 */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { blockNumbers } from "./chunks.ts";
import {
  canRun,
  conv2dFilterGradientRuns,
  conv2dInputGradientRuns,
  conv2dRuns,
} from "./conv2dRuns.ts";
import {
  conv2dFilterGradientSampled,
  conv2dInputGradientSampled,
  conv2dSampled,
  isSampled,
} from "./conv2dSampled.ts";
import {
  factorsOf,
  multiply,
  multiplyBack,
  multiplyBoth,
  multiplyTransposed,
  productSides,
} from "./dense.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import { chunksOf, type Lower, type Lowering, sideBySide, slidingWindow } from "./lowering.ts";
import { sumParts } from "./parts.ts";
import { forReduction, pack, WANTED_CHUNKS } from "./products.ts";

const { BLOCK_ROWS, REDUCED_ROWS, TILE_NUMBERS } = SIZES;

/** Lowers a convolution and, where they are joined to it, the statistics of its result. */
export const conv2d: Lower<"conv2d"> = (step, lowering, joined) => {
  const { inputs, outputs, attributes } = step;
  const { address, optional, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const bias = optional(inputs.bias);
  if (isPointwise(attributes, x, y)) {
    const sides = productSides(lowering, inputs.x, outputs.y);
    const product = { ...sides, left: operand(inputs.x), weights: address(inputs.filter) };
    return multiply(product, { y: address(outputs.y), bias }, lowering, joined);
  }
  if (isSampled(attributes)) return conv2dSampled(step, lowering, joined);
  if (canRun(attributes, x, y)) return conv2dRuns(step, lowering, joined);
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth, columns: filters, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, order: "asStored" },
    lowering,
  );
  const [images, rows, columns] = mapSides(y);
  const linesPerChunk = chunksOf(2 * BLOCK_ROWS, columns);
  const chunks = chunksOf(images * rows, linesPerChunk);
  scratch(TILE_NUMBERS + BLOCK_ROWS * depth + numbersUnder(attributes, linesPerChunk, x, y));
  const { statisticsParts, calls } = joinedStatistics(joined, chunks, lowering);
  const given = { window: slidingWindow(attributes, x, y, groups), x: operand(inputs.x) };
  const result = { bias, y: address(outputs.y), linesPerChunk, statisticsParts };
  const multiplied = { ...given, panels, ...result };
  return [call, { kernel: "conv2d", chunks, arguments: multiplied }, ...calls];
};

/** Lowers the gradient with respect to the input and, where they are joined to it, the mask and sums of the layer before. */
export const conv2dInputGradient: Lower<"conv2dInputGradient"> = (step, lowering, joined) => {
  const { inputs, outputs, attributes } = step;
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  if (isPointwise(attributes, x, y)) {
    const sides = productSides(lowering, inputs.dy, outputs.dx);
    const product = { ...sides, left: operand(inputs.dy), weights: address(inputs.filter) };
    return multiplyBack(product, lowering, (chunks) =>
      joinedEpilogue(joined, outputs.dx, chunks, lowering),
    );
  }
  if (isSampled(attributes)) return conv2dInputGradientSampled(step, lowering, joined);
  if (canRun(attributes, x, y)) return conv2dInputGradientRuns(step, lowering, joined);
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth: filters, columns: depth, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, order: "transposed" },
    lowering,
  );
  const [images, , , channels] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  scratch(
    TILE_NUMBERS +
      BLOCK_ROWS * depth +
      Math.max(BLOCK_ROWS * filters * groups, blockNumbers(channels)),
  );
  const imagesPerChunk = chunksOf(2 * BLOCK_ROWS, rows * columns);
  const chunks = chunksOf(images, imagesPerChunk);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  const given = { window: slidingWindow(attributes, x, y, groups), dy: operand(inputs.dy) };
  const multiplied = { ...given, panels, dx: target, imagesPerChunk, epilogue };
  return [call, { kernel: "conv2dInputGradient", chunks, arguments: multiplied }, ...calls];
};

/** Lowers the gradient with respect to the filter and, where it is joined, the gradient with respect to the input. */
export const conv2dFilterGradient: Lower<"conv2dFilterGradient"> = (step, lowering, joined) => {
  const { inputs, attributes } = step;
  const [next, ...others] = joined;
  if (next?.op !== "conv2dInputGradient") return filterGradient(step, lowering);
  const isDense = isPointwise(attributes, lowering.shape(inputs.x), lowering.shape(inputs.dy));
  const both = isDense ? multiplyBoth(step, next, others, lowering) : undefined;
  if (both !== undefined) return both;
  return sideBySide(filterGradient(step, lowering), conv2dInputGradient(next, lowering, others));
};

function filterGradient(step: StepOf<"conv2dFilterGradient">, lowering: Lowering): readonly Call[] {
  const { inputs, outputs, attributes } = step;
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  if (isPointwise(attributes, x, y))
    return multiplyTransposed(
      factorsOf(inputs.x, inputs.dy, lowering),
      address(outputs.dfilter),
      lowering,
    );
  if (isSampled(attributes)) return conv2dFilterGradientSampled(step, lowering);
  if (canRun(attributes, x, y)) return conv2dFilterGradientRuns(step, lowering);
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const [images, , columns] = mapSides(y);
  scratch(
    forReduction(depth, filters) +
      REDUCED_ROWS * (depth + filters * groups) +
      numbersUnder(attributes, chunksOf(REDUCED_ROWS, columns) + 1, x, y),
  );
  const imagesPerPart = chunksOf(images, WANTED_CHUNKS);
  const chunks = chunksOf(images, imagesPerPart);
  const result = { address: address(outputs.dfilter), count: depth * filters * groups };
  const { parts, sums } = sumParts(result, chunks, lowering);
  const window = slidingWindow(attributes, x, y, groups);
  const call = { window, x: operand(inputs.x), dy: operand(inputs.dy), parts, imagesPerPart };
  return [{ kernel: "conv2dFilterGradient", chunks, arguments: call }, ...sums];
}

/** Whether the convolution is one matrix product over all pixels. */
function isPointwise({ kernel, strides, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, height, width], [, rows, columns]] = [mapSides(x), mapSides(y)];
  const single = [...kernel, ...strides, groups].every((count) => count === 1);
  return single && height === rows && width === columns;
}

/** The sides of one group's matrix product: the numbers under its window, and its filters. */
function groupProduct({ kernel, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, , , channels], [, , , filters]] = [mapSides(x), mapSides(y)];
  return { depth: (kernel[0] * kernel[1] * channels) / groups, filters: filters / groups };
}

/** The most numbers of `x` that the windows of `lines` lines of the result read. */
function numbersUnder(
  { kernel, strides, dilation }: ConvolutionAttributes,
  lines: number,
  x: Shape,
  y: Shape,
) {
  const [[images, height, width, channels], [, rows]] = [mapSides(x), mapSides(y)];
  // Lines of several images read the whole images between them.
  const touched = Math.min(images, Math.ceil((lines - 1) / rows) + 1);
  const reach = Math.min(lines, rows) * strides[0] + (kernel[0] - 1) * dilation[0];
  return (touched > 1 ? touched * height : Math.min(height, reach)) * width * channels;
}
