/** Dense layers and convolutions as matrix products: chunks, panels and partial sums. */
import type { Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import {
  type Call,
  chunksOf,
  type Lower,
  type Lowering,
  mapSides,
  rowSides,
  windowArguments,
} from "./lowering.ts";

/** Of `kernels/shared/gemm.ts` and `kernels/conv2d.ts`: numbers of a tile, places laid out and rows summed at once. */
const TILE = 64;
const BLOCK = 128;
const REDUCED_ROWS = 256;

/** Enough for several threads to end at about the same time. */
const WANTED_CHUNKS = 16;
/** Columns of panels that a chunk packs. */
const PACKED_COLUMNS = 64;
/** Numbers that a chunk of `sumParts` adds, a multiple of 4. */
const SUMMED_NUMBERS = 8192;
/** Of a result that is summed over rows: more of them cost more time to add up than they gain. */
const MOST_PARTS = 16;
/** Of one with many numbers. */
const FEW_PARTS = 8;
const MANY_NUMBERS = 1 << 18;
/** Features that a chunk sums at least, so that packing `dy` anew for each is little beside the product. */
const LEAST_FEATURES = 64;

const toEight = (count: number) => Math.ceil(count / 8) * 8;

/** Numbers of scratch that `multiplyTransposed` takes. */
const forReduction = (height: number, width: number) =>
  TILE + REDUCED_ROWS * (toEight(height) + toEight(width));

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const product = denseProduct(lowering, inputs.x, inputs.kernel, outputs.y, false);
  return multiply(product, lowering.optional(inputs.bias), [], lowering);
};

export const denseInputGradient: Lower<"denseInputGradient"> = ({ inputs, outputs }, lowering) => {
  const product = denseProduct(lowering, inputs.dy, inputs.kernel, outputs.dx, true);
  return multiplyBack(product, [], lowering);
};

export const denseKernelGradient: Lower<"denseKernelGradient"> = ({ inputs, outputs }, lowering) =>
  multiplyTransposed(inputs.x, inputs.dy, outputs.dkernel, lowering);

/** A convolution and, where they join it, the statistics of its result. */
export function conv2d(
  { inputs, outputs, attributes }: StepOf<"conv2d">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { address, optional, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const bias = optional(inputs.bias);
  if (isPointwise(attributes, x, y)) {
    const product = denseProduct(lowering, inputs.x, inputs.filter, outputs.y, false);
    return multiply(product, bias, joined, lowering);
  }
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth, columns: filters, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, order: "as it lies" },
    lowering,
  );
  const [images, rows, columns] = mapSides(y);
  const perChunk = chunksOf(2 * BLOCK, columns);
  const chunks = chunksOf(images * rows, perChunk);
  scratch(TILE + BLOCK * depth + numbersUnder(attributes, perChunk, x, y));
  const statistics = joinedStatistics(joined, chunks, lowering);
  const ends = [panels, bias, address(outputs.y), perChunk, statistics.parts];
  const args = [...windowArguments(attributes, x, y, groups), ...operand(inputs.x), ...ends];
  return [call, { kernel: "conv2d", chunks, args }, ...statistics.calls];
}

/** The gradient by a convolution's input and, where they join it, the mask and sums of what lies before. */
export function conv2dInputGradient(
  { inputs, outputs, attributes }: StepOf<"conv2dInputGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  if (isPointwise(attributes, x, y)) {
    const product = denseProduct(lowering, inputs.dy, inputs.filter, outputs.dx, true);
    return multiplyBack(product, joined, lowering);
  }
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth: filters, columns: depth, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, order: "transposed" },
    lowering,
  );
  const [images, , , channels] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  scratch(TILE + BLOCK * depth + Math.max(BLOCK * filters * groups, finishing(channels)));
  const perChunk = chunksOf(2 * BLOCK, rows * columns);
  const chunks = chunksOf(images, perChunk);
  const epilogue = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  const window = windowArguments(attributes, x, y, groups);
  const ends = [panels, epilogue.target, perChunk, ...epilogue.args];
  const args = [...window, ...operand(inputs.dy), ...ends];
  return [call, { kernel: "conv2dInputGradient", chunks, args }, ...epilogue.calls];
}

/** The gradient by a convolution's filter and, where it joins, that by its input. */
export function conv2dFilterGradient(
  step: StepOf<"conv2dFilterGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { inputs, attributes } = step;
  const [next, ...others] = joined;
  if (next?.op !== "conv2dInputGradient") return filterGradient(step, lowering);
  const isDense = isPointwise(attributes, lowering.shape(inputs.x), lowering.shape(inputs.dy));
  const both = isDense ? multiplyBoth(step, next, others, lowering) : undefined;
  return (
    both ?? [...filterGradient(step, lowering), ...conv2dInputGradient(next, others, lowering)]
  );
}

function filterGradient(
  { inputs, outputs, attributes }: StepOf<"conv2dFilterGradient">,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  if (isPointwise(attributes, x, y))
    return multiplyTransposed(inputs.x, inputs.dy, outputs.dfilter, lowering);
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const [images, , columns] = mapSides(y);
  scratch(
    forReduction(depth, filters) +
      REDUCED_ROWS * (depth + filters * groups) +
      numbersUnder(attributes, chunksOf(REDUCED_ROWS, columns) + 1, x, y),
  );
  const perPart = chunksOf(images, WANTED_CHUNKS);
  const parts = chunksOf(images, perPart);
  const result = { address: address(outputs.dfilter), count: depth * filters * groups };
  const { partials, sums } = summed(result, parts, lowering);
  const window = windowArguments(attributes, x, y, groups);
  const args = [...window, ...operand(inputs.x), ...operand(inputs.dy), partials, perPart];
  return [{ kernel: "conv2dFilterGradient", chunks: parts, args }, ...sums];
}

interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly left: BufferId;
  readonly weights: BufferId;
  readonly isTransposed: boolean;
  readonly result: BufferId;
}

/** `[rows, depth]` times weights `[depth, columns]`, or `[columns, depth]` transposed. */
function denseProduct(
  { shape }: Lowering,
  left: BufferId,
  weights: BufferId,
  result: BufferId,
  isTransposed: boolean,
): Product {
  const [rows, columns] = rowSides(shape(result));
  const [, depth] = rowSides(shape(left));
  return { rows, depth, columns, left, weights, isTransposed, result };
}

function multiply(
  product: Product,
  bias: number,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { call, args, perChunk, chunks } = packed(product, lowering);
  lowering.scratch(TILE + perChunk * product.depth);
  const statistics = joinedStatistics(joined, chunks, lowering);
  const ends = [bias, lowering.address(product.result), perChunk, statistics.parts];
  const multiplied = { kernel: "dense", chunks, args: [...args, ...ends] } as const;
  return [call, multiplied, ...statistics.calls];
}

function multiplyBack(
  product: Product,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { call, args, perChunk, chunks } = packed(product, lowering);
  lowering.scratch(TILE + Math.max(perChunk * product.depth, finishing(product.columns)));
  const epilogue = joinedEpilogue(joined, product.result, chunks, lowering);
  const ends = [0, epilogue.target, perChunk, ...epilogue.args];
  const multiplied = { kernel: "denseInputGradient", chunks, args: [...args, ...ends] } as const;
  return [call, multiplied, ...epilogue.calls];
}

/** The call that packs the weights, and what the products that follow have in common. */
function packed(product: Product, lowering: Lowering) {
  const { rows, depth, columns, left, isTransposed } = product;
  const { call, panels } = pack(
    { weights: lowering.address(product.weights), depth, columns, groups: 1 },
    {
      rowBytes: 4 * (isTransposed ? depth : columns),
      groupBytes: 0,
      order: isTransposed ? "transposed" : "as it lies",
    },
    lowering,
  );
  const perChunk = Math.min(BLOCK, toEight(Math.ceil(rows / WANTED_CHUNKS)));
  const args = [rows, depth, columns, ...lowering.operand(left), panels];
  return { call, args, perChunk, chunks: chunksOf(rows, perChunk) };
}

/** `x^T dy`, the sum over rows in parts and each part over some of the result's rows. */
function multiplyTransposed(
  x: BufferId,
  dy: BufferId,
  result: BufferId,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, scratch } = lowering;
  const [rows, features] = rowSides(shape(x));
  const [, units] = rowSides(shape(dy));
  const { parts, perPart } = partsOf(rows, features * units);
  const wide = Math.max(LEAST_FEATURES, toEight((features * parts) / WANTED_CHUNKS));
  const chunksOfPart = chunksOf(features, wide);
  scratch(forReduction(Math.min(wide, features), units) + REDUCED_ROWS * (features + units));
  const sum = { address: address(result), count: features * units };
  const { partials, sums } = summed(sum, parts, lowering);
  const operands = [...operand(x), ...operand(dy)];
  const args = [rows, features, units, ...operands, partials, perPart, wide, chunksOfPart];
  return [{ kernel: "denseKernelGradient", chunks: parts * chunksOfPart, args }, ...sums];
}

/** In how many parts rows are summed up to a result of so many numbers. */
function partsOf(rows: number, numbers: number) {
  const most = numbers < MANY_NUMBERS ? MOST_PARTS : FEW_PARTS;
  const wanted = Math.min(most, Math.max(1, Math.floor(rows / REDUCED_ROWS)));
  const perPart = toEight(Math.ceil(rows / wanted));
  return { parts: chunksOf(rows, perPart), perPart };
}

/** Both gradients of a 1x1 convolution with one look at `dy`, where there are rows enough for every thread. */
function multiplyBoth(
  filterGradient: StepOf<"conv2dFilterGradient">,
  { inputs, outputs }: StepOf<"conv2dInputGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] | undefined {
  const { address, operand, shape, scratch } = lowering;
  const [rows, features] = rowSides(shape(outputs.dx));
  const [, units] = rowSides(shape(inputs.dy));
  const { parts, perPart } = partsOf(rows, features * units);
  if (parts < FEW_PARTS) return undefined;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth: units, columns: features, groups: 1 },
    { rowBytes: 4 * units, groupBytes: 0, order: "transposed" },
    lowering,
  );
  scratch(
    forReduction(features, units) +
      Math.max(REDUCED_ROWS * (features + units), finishing(features)),
  );
  const sum = { address: address(filterGradient.outputs.dfilter), count: features * units };
  const { partials, sums } = summed(sum, parts, lowering);
  const epilogue = joinedEpilogue(joined, outputs.dx, parts, lowering);
  const operands = [...operand(filterGradient.inputs.x), ...operand(inputs.dy)];
  const ends = [panels, epilogue.target, partials, perPart, ...epilogue.args];
  const args = [rows, features, units, ...operands, ...ends];
  return [call, { kernel: "denseGradients", chunks: parts, args }, ...sums, ...epilogue.calls];
}

/** Where the parts of a result go, and what adds them up: nothing where there is only one. */
export function summed(
  { address, count }: { readonly address: number; readonly count: number },
  parts: number,
  { shared }: Lowering,
): { readonly partials: number; readonly sums: readonly Call[] } {
  if (parts === 1) return { partials: address, sums: [] };
  const partials = shared(parts * count);
  const args = [parts, count, partials, address, SUMMED_NUMBERS];
  const chunks = chunksOf(count, SUMMED_NUMBERS);
  return { partials, sums: [{ kernel: "sumParts", chunks, args }] };
}

interface Weights {
  readonly weights: number;
  /** Of a group. */
  readonly depth: number;
  readonly columns: number;
  readonly groups: number;
}

/** In the order of their numbers in `kernels/packWeights.ts`. */
const ORDERS = ["as it lies", "transposed", "turned"] as const;
export type WeightsOrder = (typeof ORDERS)[number];

interface WeightsLayout {
  readonly rowBytes: number;
  readonly groupBytes: number;
  readonly order: WeightsOrder;
}

export function pack(
  { weights, depth, columns, groups }: Weights,
  { rowBytes, groupBytes, order }: WeightsLayout,
  { shared }: Lowering,
): { readonly call: Call; readonly panels: number } {
  const panels = shared(groups * depth * toEight(columns));
  const chunks = chunksOf(columns, PACKED_COLUMNS);
  const layout = [rowBytes, groupBytes, panels, ORDERS.indexOf(order), PACKED_COLUMNS, chunks];
  const args = [depth, columns, weights, ...layout];
  return { call: { kernel: "packWeights", chunks: groups * chunks, args }, panels };
}

/** Numbers of scratch for the rows that an epilogue works on: `blockRows` of `kernels/shared/rows.ts`. */
function finishing(channels: number): number {
  return Math.max(4 * channels, 2048);
}

/** Every pixel by itself: one matrix product, no window. */
function isPointwise({ kernel, strides, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, height, width], [, rows, columns]] = [mapSides(x), mapSides(y)];
  const single = [...kernel, ...strides, groups].every((count) => count === 1);
  return single && height === rows && width === columns;
}

/** Sides of one group's product: numbers under its window, and its filters. */
function groupProduct({ kernel, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, , , channels], [, , , filters]] = [mapSides(x), mapSides(y)];
  return { depth: (kernel[0] * kernel[1] * channels) / groups, filters: filters / groups };
}

/** Numbers of `x` under so many lines of the result, at most. */
function numbersUnder(
  { kernel, strides, dilation }: ConvolutionAttributes,
  lines: number,
  x: Shape,
  y: Shape,
) {
  const [[images, height, width, channels], [, rows]] = [mapSides(x), mapSides(y)];
  // Lines of several images take those of the whole images between them.
  const touched = Math.min(images, Math.ceil((lines - 1) / rows) + 1);
  const reach = Math.min(lines, rows) * strides[0] + (kernel[0] - 1) * dilation[0];
  return (touched > 1 ? touched * height : Math.min(height, reach)) * width * channels;
}
