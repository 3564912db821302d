/** Dense layers and convolutions as matrix products: chunks, panels and partial sums. */
import type { Shape } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
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
/** More of them cost more memory and time to add up than they gain. */
const MOST_PARTS = 8;

const toEight = (count: number) => Math.ceil(count / 8) * 8;

/** Numbers of scratch that `multiplyTransposed` takes. */
const forReduction = (height: number, width: number) =>
  TILE + REDUCED_ROWS * (toEight(height) + toEight(width));

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const product = denseProduct(lowering, inputs.x, inputs.kernel, outputs.y, false);
  return multiply(product, lowering.optional(inputs.bias), lowering);
};

export const denseInputGradient: Lower<"denseInputGradient"> = ({ inputs, outputs }, lowering) =>
  multiply(denseProduct(lowering, inputs.dy, inputs.kernel, outputs.dx, true), 0, lowering);

export const denseKernelGradient: Lower<"denseKernelGradient"> = (
  { inputs, outputs },
  lowering,
) => multiplyTransposed(inputs.x, inputs.dy, outputs.dkernel, lowering);

export const conv2d: Lower<"conv2d"> = ({ inputs, outputs, attributes }, lowering) => {
  const { address, optional, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const bias = optional(inputs.bias);
  if (isPointwise(attributes, x, y)) {
    const product = denseProduct(lowering, inputs.x, inputs.filter, outputs.y, false);
    return multiply(product, bias, lowering);
  }
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth, columns: filters, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, isTransposed: false },
    lowering,
  );
  const [images, rows, columns] = mapSides(y);
  const bandRows = Math.max(1, Math.floor((2 * BLOCK) / columns));
  const bands = chunksOf(rows, bandRows);
  scratch(TILE + BLOCK * depth + rowsUnder(attributes, bandRows, x));
  const ends = [panels, bias, address(outputs.y), bandRows, bands];
  const args = [...windowArguments(attributes, x, y, groups), ...operand(inputs.x), ...ends];
  return [call, { kernel: "conv2d", chunks: images * bands, args }];
};

export const conv2dInputGradient: Lower<"conv2dInputGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  if (isPointwise(attributes, x, y)) {
    const product = denseProduct(lowering, inputs.dy, inputs.filter, outputs.dx, true);
    return multiply(product, 0, lowering);
  }
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth: filters, columns: depth, groups },
    { rowBytes: 4 * filters * groups, groupBytes: 4 * filters, isTransposed: true },
    lowering,
  );
  scratch(TILE + BLOCK * (depth + filters * groups));
  const window = windowArguments(attributes, x, y, groups);
  const args = [...window, ...operand(inputs.dy), panels, address(outputs.dx)];
  return [call, { kernel: "conv2dInputGradient", chunks: mapSides(x)[0], args }];
};

export const conv2dFilterGradient: Lower<"conv2dFilterGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const { address, operand, shape, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  if (isPointwise(attributes, x, y))
    return multiplyTransposed(inputs.x, inputs.dy, outputs.dfilter, lowering);
  const { depth, filters } = groupProduct(attributes, x, y);
  const { groups } = attributes;
  const [images, height, width, channels] = mapSides(x);
  scratch(
    forReduction(depth, filters) +
      REDUCED_ROWS * (depth + filters * groups) +
      height * width * channels,
  );
  const perPart = chunksOf(images, WANTED_CHUNKS);
  const parts = chunksOf(images, perPart);
  const result = { address: address(outputs.dfilter), count: depth * filters * groups };
  const { partials, sums } = summed(result, parts, lowering);
  const window = windowArguments(attributes, x, y, groups);
  const args = [...window, ...operand(inputs.x), ...operand(inputs.dy), partials, perPart];
  return [{ kernel: "conv2dFilterGradient", chunks: parts, args }, ...sums];
};

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

function multiply(product: Product, bias: number, lowering: Lowering): readonly Call[] {
  const { rows, depth, columns, left, isTransposed } = product;
  const { call, panels } = pack(
    { weights: lowering.address(product.weights), depth, columns, groups: 1 },
    { rowBytes: 4 * (isTransposed ? depth : columns), groupBytes: 0, isTransposed },
    lowering,
  );
  const perChunk = Math.min(BLOCK, toEight(Math.ceil(rows / WANTED_CHUNKS)));
  lowering.scratch(TILE + perChunk * depth);
  const ends = [panels, bias, lowering.address(product.result), perChunk];
  const args = [rows, depth, columns, ...lowering.operand(left), ...ends];
  return [call, { kernel: "dense", chunks: chunksOf(rows, perChunk), args }];
}

/** `x^T dy`, the sum over rows in parts and each part over some of the result's rows. */
function multiplyTransposed(
  x: BufferId,
  dy: BufferId,
  result: BufferId,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape } = lowering;
  const [rows, features] = rowSides(shape(x));
  const [, units] = rowSides(shape(dy));
  const perPart = Math.max(REDUCED_ROWS, REDUCED_ROWS * chunksOf(rows, REDUCED_ROWS * MOST_PARTS));
  const parts = chunksOf(rows, perPart);
  const wide = parts === MOST_PARTS ? features : Math.max(64, toEight(features / WANTED_CHUNKS));
  const chunksOfPart = chunksOf(features, wide);
  lowering.scratch(
    forReduction(Math.min(wide, features), units) + REDUCED_ROWS * (features + units),
  );
  const sum = { address: address(result), count: features * units };
  const { partials, sums } = summed(sum, parts, lowering);
  const operands = [...operand(x), ...operand(dy)];
  const args = [rows, features, units, ...operands, partials, perPart, wide, chunksOfPart];
  return [{ kernel: "denseKernelGradient", chunks: parts * chunksOfPart, args }, ...sums];
}

/** Where the parts of a result go, and what adds them up: nothing where there is only one. */
function summed(
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

interface WeightsLayout {
  readonly rowBytes: number;
  readonly groupBytes: number;
  readonly isTransposed: boolean;
}

function pack(
  { weights, depth, columns, groups }: Weights,
  { rowBytes, groupBytes, isTransposed }: WeightsLayout,
  { shared }: Lowering,
): { readonly call: Call; readonly panels: number } {
  const panels = shared(groups * depth * toEight(columns));
  const chunks = chunksOf(columns, PACKED_COLUMNS);
  const layout = [rowBytes, groupBytes, panels, Number(isTransposed), PACKED_COLUMNS, chunks];
  const args = [depth, columns, weights, ...layout];
  return { call: { kernel: "packWeights", chunks: groups * chunks, args }, panels };
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

/** Numbers of `x` under so many rows of the result. */
function rowsUnder({ kernel, strides, dilation }: ConvolutionAttributes, rows: number, x: Shape) {
  const [, height, width, channels] = mapSides(x);
  const reach = (rows - 1) * strides[0] + (kernel[0] - 1) * dilation[0] + 1;
  return Math.min(height, reach) * width * channels;
}
