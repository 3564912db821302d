/** Dense layers and 1x1 convolutions, which are one matrix product over all pixels. */
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { joinedEpilogue, joinedStatistics } from "./joined.ts";
import { type Call, chunksOf, type Lower, type Lowering, rowSides } from "./lowering.ts";
import {
  BLOCK,
  finishing,
  forReduction,
  pack,
  REDUCED_ROWS,
  summed,
  TILE,
  toEight,
  WANTED_CHUNKS,
  type WeightsOrder,
} from "./products.ts";

/** Of a result that is summed over rows: more of them cost more time to add up than they gain. */
const MOST_PARTS = 16;
/** Of one with many numbers. */
const FEW_PARTS = 8;
const MANY_NUMBERS = 1 << 18;
/** Features that a chunk sums at least, so that packing `dy` anew for each is little beside the product. */
const LEAST_FEATURES = 64;

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const product = denseProduct(lowering, inputs.x, inputs.kernel, outputs.y, "as it lies");
  return multiply(product, lowering.optional(inputs.bias), [], lowering);
};

export const denseInputGradient: Lower<"denseInputGradient"> = ({ inputs, outputs }, lowering) => {
  const product = denseProduct(lowering, inputs.dy, inputs.kernel, outputs.dx, "transposed");
  return multiplyBack(product, [], lowering);
};

export const denseKernelGradient: Lower<"denseKernelGradient"> = ({ inputs, outputs }, lowering) =>
  multiplyTransposed(inputs.x, inputs.dy, outputs.dkernel, lowering);

interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly left: BufferId;
  readonly weights: BufferId;
  readonly order: WeightsOrder;
  readonly result: BufferId;
}

/** `[rows, depth]` times weights `[depth, columns]`, or `[columns, depth]` transposed. */
export function denseProduct(
  { shape }: Lowering,
  left: BufferId,
  weights: BufferId,
  result: BufferId,
  order: WeightsOrder,
): Product {
  const [rows, columns] = rowSides(shape(result));
  const [, depth] = rowSides(shape(left));
  return { rows, depth, columns, left, weights, order, result };
}

export function multiply(
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

export function multiplyBack(
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
  const { rows, depth, columns, left, order } = product;
  const { call, panels } = pack(
    { weights: lowering.address(product.weights), depth, columns, groups: 1 },
    { rowBytes: 4 * (order === "transposed" ? depth : columns), groupBytes: 0, order },
    lowering,
  );
  const perChunk = Math.min(BLOCK, toEight(Math.ceil(rows / WANTED_CHUNKS)));
  const args = [rows, depth, columns, ...lowering.operand(left), panels];
  return { call, args, perChunk, chunks: chunksOf(rows, perChunk) };
}

/** `x^T dy`, the sum over rows in parts and each part over some of the result's rows. */
export function multiplyTransposed(
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
export function multiplyBoth(
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
