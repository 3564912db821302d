/** Convolutions of stride 1 without im2col; `kernels/conv2dRuns.ts` explains how. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { blockNumbers } from "./chunks.ts";
import { joinedEpilogue, joinedStatistics, NO_EPILOGUE } from "./joined.ts";
import { chunksOf, type Lower, type Lowering, slidingWindow } from "./lowering.ts";
import { sumParts } from "./parts.ts";
import { forReduction, pack, WANTED_CHUNKS } from "./products.ts";

const { TILE_NUMBERS } = SIZES;

/** The approximate number of positions that a chunk multiplies at once, including those in the margin. */
const PLACES = 256;
/** The shortest line for this method. In shorter ones the margin costs more than the method saves. */
const FEWEST_COLUMNS = 8;
/** The largest padded image for this method, in numbers. A larger one would take too much scratch memory in each thread. */
const MOST_NUMBERS = 1 << 20;

export function canRun(attributes: ConvolutionAttributes, x: Shape, y: Shape): boolean {
  const { kernel, strides, dilation, groups, padding } = attributes;
  const [[, height, width, channels], [, rows, columns, filters]] = [mapSides(x), mapSides(y)];
  const isDense = [...strides, ...dilation, groups].every((count) => count === 1);
  const isWide = Math.min(width, columns) >= FEWEST_COLUMNS;
  const isInside = padding[0] < kernel[0] && padding[1] < kernel[1];
  const lines = Math.max(height, rows) + kernel[0];
  const numbers = lines * (Math.max(width, columns) + kernel[1]) * Math.max(channels, filters);
  return isDense && isWide && isInside && numbers <= MOST_NUMBERS;
}

export const conv2dRuns: Lower<"conv2d"> = ({ inputs, outputs, attributes }, lowering, joined) => {
  const { address, optional, operand, shape } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const [, , , channels] = mapSides(x);
  const [, , , filters] = mapSides(y);
  const depth = attributes.kernel[0] * attributes.kernel[1] * channels;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth, columns: filters, groups: 1 },
    { rowBytes: 4 * filters, groupBytes: 0, order: "asStored" },
    lowering,
  );
  const { bands, chunks } = bandsOf(attributes, x, y, lowering);
  const { statisticsParts, calls } = joinedStatistics(joined, chunks, lowering);
  const given = { window: slidingWindow(attributes, x, y), x: operand(inputs.x), panels };
  const result = { bias: optional(inputs.bias), y: address(outputs.y), bands };
  const convolved = { ...given, ...result, statisticsParts, epilogue: NO_EPILOGUE };
  return [call, { kernel: "conv2dRuns", chunks, arguments: convolved }, ...calls];
};

/** The gradient is the convolution of `dy` with the filter rotated by 180 degrees. */
export const conv2dInputGradientRuns: Lower<"conv2dInputGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const { address, operand, shape } = lowering;
  const [x, y] = [shape(inputs.dy), shape(outputs.dx)];
  const [, , , filters] = mapSides(x);
  const [, , , channels] = mapSides(y);
  const { kernel, padding } = attributes;
  const { call, panels } = pack(
    {
      weights: address(inputs.filter),
      depth: kernel[0] * kernel[1] * filters,
      columns: channels,
      groups: 1,
    },
    { rowBytes: 4 * filters, groupBytes: 0, order: "turned" },
    lowering,
  );
  const turned: ConvolutionAttributes = {
    ...attributes,
    padding: [kernel[0] - 1 - padding[0], kernel[1] - 1 - padding[1]],
  };
  const { bands, chunks } = bandsOf(turned, x, y, lowering);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  const given = { window: slidingWindow(turned, x, y), x: operand(inputs.dy), panels };
  const result = { bias: 0, y: target, bands };
  const convolved = { ...given, ...result, statisticsParts: 0, epilogue };
  return [call, { kernel: "conv2dRuns", chunks, arguments: convolved }, ...calls];
};

export function conv2dFilterGradientRuns(
  { inputs, outputs, attributes }: StepOf<"conv2dFilterGradient">,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  const [images, rows, columns, filters] = mapSides(y);
  const [, , , channels] = mapSides(x);
  const [high, wide] = attributes.kernel;
  const pitch = columns + wide - 1;
  scratch(
    forReduction(wide * channels, filters) +
      (rows + high - 1) * pitch * channels +
      rows * pitch * filters,
  );
  const imagesPerPart = chunksOf(images, WANTED_CHUNKS);
  const chunks = chunksOf(images, imagesPerPart);
  const result = { address: address(outputs.dfilter), count: high * wide * channels * filters };
  const { parts, sums } = sumParts(result, chunks, lowering);
  const window = slidingWindow(attributes, x, y);
  const call = { window, x: operand(inputs.x), dy: operand(inputs.dy), parts, imagesPerPart };
  return [{ kernel: "conv2dRunsFilterGradient", chunks, arguments: call }, ...sums];
}

/** Divides each image evenly into bands of lines. */
function bandsOf({ kernel }: ConvolutionAttributes, x: Shape, y: Shape, { scratch }: Lowering) {
  const [images, rows, columns, filters] = mapSides(y);
  const [, , , channels] = mapSides(x);
  const pitch = columns + kernel[1] - 1;
  const wanted = Math.max(1, Math.round((rows * pitch) / PLACES));
  const lines = Math.ceil(rows / wanted);
  const places = Math.max(lines * pitch * filters, blockNumbers(filters));
  scratch(TILE_NUMBERS + (lines + kernel[0] - 1) * pitch * channels + places);
  const perImage = chunksOf(rows, lines);
  return { chunks: images * perImage, bands: { rows: lines, perImage } };
}
