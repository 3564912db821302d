/** Convolutions of stride 1 by runs of numbers: `kernels/conv2dRuns.ts` says how. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import {
  type Call,
  chunksOf,
  type Lowering,
  type OperandArguments,
  windowArguments,
} from "./lowering.ts";
import { finishing, forReduction, pack, summed, TILE, WANTED_CHUNKS } from "./products.ts";

/** Places with their margin that a chunk multiplies at once, about. */
const PLACES = 256;
/** Of a line: the margin of shorter ones costs more than it saves. */
const FEWEST_COLUMNS = 8;
/** Of a padded image: what a larger one takes of each thread's memory is better laid out in parts. */
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

export function conv2dRuns(
  { inputs, outputs, attributes }: StepOf<"conv2d">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { address, optional, operand, shape } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const [, , , channels] = mapSides(x);
  const [, , , filters] = mapSides(y);
  const depth = attributes.kernel[0] * attributes.kernel[1] * channels;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth, columns: filters, groups: 1 },
    { rowBytes: 4 * filters, groupBytes: 0, order: "as it lies" },
    lowering,
  );
  const bands = bandsOf(attributes, x, y, lowering);
  const statistics = joinedStatistics(joined, bands.chunks, lowering);
  const map = { attributes, x, y, operand: operand(inputs.x), panels };
  const ends = [optional(inputs.bias), address(outputs.y)];
  const args = [...mapArguments(map), ...ends, ...bands.args, statistics.parts, ...NO_EPILOGUE];
  return [call, { kernel: "conv2dRuns", chunks: bands.chunks, args }, ...statistics.calls];
}

/** The convolution of `dy` with the filter turned by half a circle. */
export function conv2dInputGradientRuns(
  { inputs, outputs, attributes }: StepOf<"conv2dInputGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
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
  const bands = bandsOf(turned, x, y, lowering);
  const epilogue = joinedEpilogue(joined, outputs.dx, bands.chunks, lowering);
  const map = { attributes: turned, x, y, operand: operand(inputs.dy), panels };
  const ends = [0, epilogue.target, ...bands.args, 0, ...epilogue.args];
  const args = [...mapArguments(map), ...ends];
  return [call, { kernel: "conv2dRuns", chunks: bands.chunks, args }, ...epilogue.calls];
}

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
  const perPart = chunksOf(images, WANTED_CHUNKS);
  const parts = chunksOf(images, perPart);
  const result = { address: address(outputs.dfilter), count: high * wide * channels * filters };
  const { partials, sums } = summed(result, parts, lowering);
  const window = windowArguments(attributes, x, y, 1);
  const args = [...window, ...operand(inputs.x), ...operand(inputs.dy), partials, perPart];
  return [{ kernel: "conv2dRunsFilterGradient", chunks: parts, args }, ...sums];
}

const NO_EPILOGUE = [0, 0, 0, 0, 0, 0, 0] as const;

interface MapOperand {
  readonly attributes: ConvolutionAttributes;
  readonly x: Shape;
  readonly y: Shape;
  readonly operand: OperandArguments;
  readonly panels: number;
}

function mapArguments({ attributes, x, y, operand, panels }: MapOperand): readonly number[] {
  return [...windowArguments(attributes, x, y, 1), ...operand, panels];
}

/** Bands of lines that divide evenly into each image. */
function bandsOf({ kernel }: ConvolutionAttributes, x: Shape, y: Shape, { scratch }: Lowering) {
  const [images, rows, columns, filters] = mapSides(y);
  const [, , , channels] = mapSides(x);
  const pitch = columns + kernel[1] - 1;
  const bands = Math.max(1, Math.round((rows * pitch) / PLACES));
  const lines = Math.ceil(rows / bands);
  const places = Math.max(lines * pitch * filters, finishing(filters));
  scratch(TILE + (lines + kernel[0] - 1) * pitch * channels + places);
  const ofImage = chunksOf(rows, lines);
  return { chunks: images * ofImage, args: [lines, ofImage] };
}
