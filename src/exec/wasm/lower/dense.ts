/** Dense layers and 1x1 convolutions, which are one matrix product over all pixels. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call, RecordValues } from "../kernelCalls.ts";
import { SIZES } from "../kernelTable.ts";
import { blockNumbers } from "./chunks.ts";
import { type GradientEpilogue, joinedEpilogue, joinedStatistics, noEpilogue } from "./joined.ts";
import { chunksOf, type Lower, type Lowering, type Operand } from "./lowering.ts";
import { sumParts } from "./parts.ts";
import {
  forReduction,
  pack,
  toEight,
  toTiles,
  WANTED_CHUNKS,
  type WeightsOrder,
} from "./products.ts";

const { BLOCK_ROWS, TILE_NUMBERS } = SIZES;

/** Parts of a sum over rows. More of them would take longer to add up than they save. */
const MOST_PARTS = 16;
/** The least number of rows in a part, if there are more than `FEW_PARTS` parts. */
const LEAST_ROWS = 256;
/** The most parts for a result with at least `MANY_NUMBERS` numbers. */
const FEW_PARTS = 8;
const MANY_NUMBERS = 1 << 18;
/**
 * The least features of a chunk, so that packing `dy` again for each chunk takes little time compared with the
 * product.
 */
const LEAST_FEATURES = 64;
const EVEN_CHUNKS = 4;

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const { address, operand, optional } = lowering;
  const sides = productSides(lowering, inputs.x, outputs.y);
  const left = operand(inputs.x);
  const product = { ...sides, left, weights: address(inputs.kernel) };
  return multiply(product, { y: address(outputs.y), bias: optional(inputs.bias) }, lowering, []);
};

export const denseInputGradient: Lower<"denseInputGradient"> = ({ inputs, outputs }, lowering) => {
  const { address, operand } = lowering;
  const sides = productSides(lowering, inputs.dy, outputs.dx);
  const product = { ...sides, left: operand(inputs.dy), weights: address(inputs.kernel) };
  return multiplyBack(product, lowering, () => noEpilogue(address(outputs.dx)));
};

export const denseKernelGradient: Lower<"denseKernelGradient"> = (
  { inputs: { x, dy }, outputs },
  lowering,
) => multiplyTransposed(factorsOf(x, dy, lowering), lowering.address(outputs.dkernel), lowering);

interface ProductSides {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** `left` `[rows, depth]` times weights: `[depth, columns]`, or `[columns, depth]` for `multiplyBack`. */
interface Product extends ProductSides {
  readonly left: Operand;
  readonly weights: number;
}

export function productSides({ shape }: Lowering, left: BufferId, result: BufferId): ProductSides {
  const [rows, columns] = rowSides(shape(result));
  const [, depth] = rowSides(shape(left));
  return { rows, depth, columns };
}

/** @param bias its address, 0 for none. */
export function multiply(
  product: Product,
  { y, bias }: { readonly y: number; readonly bias: number },
  lowering: Lowering,
  joined: readonly Step[],
): readonly Call[] {
  const { call, panelProduct, rowsPerChunk, chunks } = packed(product, "asStored", lowering);
  lowering.scratch(TILE_NUMBERS + rowsPerChunk * product.depth);
  const { statisticsParts, calls } = joinedStatistics(joined, chunks, lowering);
  const multiplied = { product: panelProduct, bias, y, rowsPerChunk, statisticsParts };
  return [call, { kernel: "dense", chunks, arguments: multiplied }, ...calls];
}

export function multiplyBack(
  product: Product,
  lowering: Lowering,
  epilogueFor: (chunks: number) => GradientEpilogue,
): readonly Call[] {
  const { call, panelProduct, rowsPerChunk, chunks } = packed(product, "transposed", lowering);
  lowering.scratch(
    TILE_NUMBERS + Math.max(rowsPerChunk * product.depth, blockNumbers(product.columns)),
  );
  const { epilogue, target, calls } = epilogueFor(chunks);
  const multiplied = { product: panelProduct, dx: target, rowsPerChunk, epilogue };
  return [call, { kernel: "denseInputGradient", chunks, arguments: multiplied }, ...calls];
}

/** Packs the weights, and returns the arguments that the products after it have in common. */
function packed(product: Product, order: WeightsOrder, lowering: Lowering) {
  const { rows, depth, columns, left, weights } = product;
  const { call, panels } = pack(
    { weights, depth, columns, groups: 1 },
    { rowBytes: 4 * (order === "transposed" ? depth : columns), groupBytes: 0, order },
    lowering,
  );
  const rowsPerChunk = Math.min(BLOCK_ROWS, toTiles(Math.ceil(rows / WANTED_CHUNKS)));
  const panelProduct = { rows, depth, columns, left, panels };
  return { call, panelProduct, rowsPerChunk, chunks: chunksOf(rows, rowsPerChunk) };
}

type Factors = RecordValues<"factors">;

export function factorsOf(x: BufferId, dy: BufferId, { operand, shape }: Lowering): Factors {
  const [rows, features] = rowSides(shape(x));
  const [, units] = rowSides(shape(dy));
  return { rows, features, units, x: operand(x), dy: operand(dy) };
}

/** `x^T dy`: chunks take parts of the sum over rows, and in each part some rows of the result. */
export function multiplyTransposed(
  factors: Factors,
  result: number,
  lowering: Lowering,
): readonly Call[] {
  const { rows, features, units } = factors;
  const { numParts, rowsPerPart } = partsOf(rows, features * units);
  const featuresPerChunk = featuresOfChunk(features, numParts);
  const chunksPerPart = chunksOf(features, featuresPerChunk);
  lowering.scratch(forReduction(Math.min(featuresPerChunk, features), units));
  const sum = { address: result, count: features * units };
  const { parts, sums } = sumParts(sum, numParts, lowering);
  const call = { factors, parts, rowsPerPart, featuresPerChunk, chunksPerPart };
  const chunks = numParts * chunksPerPart;
  return [{ kernel: "denseKernelGradient", chunks, arguments: call }, ...sums];
}

/** With a single part the number of chunks is even, since most machines use two or four threads. */
function featuresOfChunk(features: number, parts: number): number {
  const chunks = Math.max(EVEN_CHUNKS / parts, Math.floor(features / LEAST_FEATURES));
  return toEight(features / Math.min(chunks, WANTED_CHUNKS / parts));
}

/** Decides into how many parts the sum over rows is divided, for a result of `numbers` numbers. */
function partsOf(rows: number, numbers: number) {
  const most = numbers < MANY_NUMBERS ? MOST_PARTS : FEW_PARTS;
  // With fewer parts the two gradients would be separate products, and would compute an inline `dy` twice.
  const least = rows < LEAST_ROWS ? 1 : FEW_PARTS;
  const wanted = Math.min(most, Math.max(least, Math.floor(rows / LEAST_ROWS)));
  const rowsPerPart = toTiles(Math.ceil(rows / wanted));
  return { numParts: chunksOf(rows, rowsPerPart), rowsPerPart };
}

/**
 * Both gradients of a 1x1 convolution with one pass over `dy`; `undefined` where there are too few rows for all
 * threads.
 */
export function multiplyBoth(
  filterGradient: StepOf<"conv2dFilterGradient">,
  { inputs, outputs }: StepOf<"conv2dInputGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] | undefined {
  const { address, scratch } = lowering;
  const factors = factorsOf(filterGradient.inputs.x, inputs.dy, lowering);
  const { rows, features, units } = factors;
  const { numParts, rowsPerPart } = partsOf(rows, features * units);
  if (numParts < FEW_PARTS) return undefined;
  const { call, panels } = pack(
    { weights: address(inputs.filter), depth: units, columns: features, groups: 1 },
    { rowBytes: 4 * units, groupBytes: 0, order: "transposed" },
    lowering,
  );
  scratch(
    forReduction(features, units) +
      Math.max(BLOCK_ROWS * units + TILE_NUMBERS, blockNumbers(features)),
  );
  const sum = { address: address(filterGradient.outputs.dfilter), count: features * units };
  const { parts, sums } = sumParts(sum, numParts, lowering);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, numParts, lowering);
  const both = { factors, panels, dx: target, parts, rowsPerPart, epilogue };
  return [call, { kernel: "denseGradients", chunks: numParts, arguments: both }, ...sums, ...calls];
}
