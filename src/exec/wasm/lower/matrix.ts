/** Dense layers and convolutions, with the scratch memory of their matrix products. */
import type { Shape } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import { type Lower, mapSides, rowSides, windowRecord } from "./lowering.ts";

/** Of `kernels/shared/gemm.ts` and `kernels/conv2d.ts`: numbers of a tile, rows of a block, rows summed at once. */
const TILE = 64;
const BLOCK_ROWS = 128;
const REDUCED_ROWS = 256;

const toEight = (count: number) => Math.ceil(count / 8) * 8;

/** Numbers of scratch for `[rows, depth] x [depth, columns]`. */
const forProduct = (depth: number, columns: number) => TILE + depth * toEight(columns);
const forReduction = (height: number, width: number) =>
  TILE + REDUCED_ROWS * (toEight(height) + toEight(width));

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const { address, optional, shape, scratch } = lowering;
  const [rows, features] = rowSides(shape(inputs.x));
  const [, units] = rowSides(shape(inputs.kernel));
  const operands = [address(inputs.x), address(inputs.kernel), optional(inputs.bias)];
  const room = scratch(forProduct(features, units));
  const args = [rows, features, units, ...operands, address(outputs.y), room];
  return [{ kernel: "dense", args }];
};

export const denseInputGradient: Lower<"denseInputGradient"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [rows, features] = rowSides(shape(outputs.dx));
  const [, units] = rowSides(shape(inputs.dy));
  const operands = [address(inputs.dy), address(inputs.kernel), address(outputs.dx)];
  const room = scratch(forProduct(units, features));
  return [{ kernel: "denseInputGradient", args: [rows, features, units, ...operands, room] }];
};

export const denseKernelGradient: Lower<"denseKernelGradient"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [rows, features] = rowSides(shape(inputs.x));
  const [, units] = rowSides(shape(inputs.dy));
  const operands = [address(inputs.x), address(inputs.dy), address(outputs.dkernel)];
  const room = scratch(forReduction(features, units));
  return [{ kernel: "denseKernelGradient", args: [rows, features, units, ...operands, room] }];
};

export const conv2d: Lower<"conv2d"> = ({ inputs, outputs, attributes }, lowering) => {
  const { address, optional, shape, scratch, record } = lowering;
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const operands = [address(inputs.x), address(inputs.filter), optional(inputs.bias)];
  if (isPointwise(attributes, x, y)) {
    const [rows, features] = rowSides(x);
    const [, units] = rowSides(y);
    const room = scratch(forProduct(features, units));
    const args = [rows, features, units, ...operands, address(outputs.y), room];
    return [{ kernel: "dense", args }];
  }
  const { depth, filters } = productOf(attributes, x, y);
  const room = scratch(forProduct(depth, filters) + BLOCK_ROWS * depth);
  const window = record(windowRecord(attributes, x, y, attributes.groups));
  return [{ kernel: "conv2d", args: [window, ...operands, address(outputs.y), room] }];
};

export const conv2dInputGradient: Lower<"conv2dInputGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch, record },
) => {
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const operands = [address(inputs.dy), address(inputs.filter), address(outputs.dx)];
  if (isPointwise(attributes, x, y)) {
    const [rows, features] = rowSides(x);
    const [, units] = rowSides(y);
    const room = scratch(forProduct(units, features));
    return [{ kernel: "denseInputGradient", args: [rows, features, units, ...operands, room] }];
  }
  const { depth, filters } = productOf(attributes, x, y);
  const room = scratch(forProduct(filters, depth) + BLOCK_ROWS * depth);
  const window = record(windowRecord(attributes, x, y, attributes.groups));
  return [{ kernel: "conv2dInputGradient", args: [window, ...operands, room] }];
};

export const conv2dFilterGradient: Lower<"conv2dFilterGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch, record },
) => {
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  const operands = [address(inputs.x), address(inputs.dy), address(outputs.dfilter)];
  if (isPointwise(attributes, x, y)) {
    const [rows, features] = rowSides(x);
    const [, units] = rowSides(y);
    const room = scratch(forReduction(features, units));
    return [{ kernel: "denseKernelGradient", args: [rows, features, units, ...operands, room] }];
  }
  const { depth, filters } = productOf(attributes, x, y);
  const room = scratch(forReduction(depth, filters) + REDUCED_ROWS * depth);
  const window = record(windowRecord(attributes, x, y, attributes.groups));
  return [{ kernel: "conv2dFilterGradient", args: [window, ...operands, room] }];
};

/** Every pixel by itself: one matrix product, no window. */
function isPointwise({ kernel, strides, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, height, width], [, rows, columns]] = [mapSides(x), mapSides(y)];
  const single = [...kernel, ...strides, groups].every((count) => count === 1);
  return single && height === rows && width === columns;
}

/** Sides of one group's product: numbers under its window, and its filters. */
function productOf({ kernel, groups }: ConvolutionAttributes, x: Shape, y: Shape) {
  const [[, , , channels], [, , , filters]] = [mapSides(x), mapSides(y)];
  return { depth: (kernel[0] * kernel[1] * channels) / groups, filters: filters / groups };
}
