/** Pools over windows and over whole maps. */
import { mapSides } from "../../../core/shape.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { bandChunks, blockNumbers, lineChunks } from "./chunks.ts";
import { joinedEpilogue } from "./joined.ts";
import { type Call, type Lower, type Lowering, windowArguments } from "./lowering.ts";

/** Numbers of a list of taps, two each. */
const listNumbers = (kernel: readonly [number, number]) => 2 * kernel[0] * kernel[1];

export const maxPool: Lower<"maxPool"> = (
  { inputs, outputs, attributes },
  { address, operand, optional, shape, scratch },
) => {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const { bandRows, bands, chunks, staged } = bandChunks(attributes, x, y);
  scratch(listNumbers(attributes.kernel) + staged);
  const ends = [address(outputs.y), optional(outputs.argmax), bandRows, bands];
  const args = [...windowArguments(attributes, x, y, 1), ...operand(inputs.x), ...ends];
  return [{ kernel: "maxPool", chunks, args }];
};

export function maxPoolGradient(
  { inputs, outputs, attributes }: StepOf<"maxPoolGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { address, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const { perChunk, chunks } = lineChunks(x);
  const { args, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(listNumbers(attributes.kernel) + blockNumbers(mapSides(x)[3]));
  const ends = [address(inputs.dy), address(inputs.argmax), target, perChunk];
  const all = [...windowArguments(attributes, x, y, 1), ...ends, ...args];
  return [{ kernel: "maxPoolGradient", chunks, args: all }, ...calls];
}

export const averagePool: Lower<"averagePool"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch },
) => {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const { perChunk, chunks } = lineChunks(y);
  scratch(listNumbers(attributes.kernel));
  const ends = [address(inputs.x), address(outputs.y), Number(attributes.countPadding), perChunk];
  return [
    { kernel: "averagePool", chunks, args: [...windowArguments(attributes, x, y, 1), ...ends] },
  ];
};

export const averagePoolGradient: Lower<"averagePoolGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch },
) => {
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const { perChunk, chunks } = lineChunks(x);
  scratch(2 * listNumbers(attributes.kernel));
  const ends = [address(inputs.dy), address(outputs.dx), Number(attributes.countPadding), perChunk];
  const args = [...windowArguments(attributes, x, y, 1), ...ends];
  return [{ kernel: "averagePoolGradient", chunks, args }];
};

export const globalAveragePool: Lower<"globalAveragePool"> = (
  { inputs, outputs },
  { address, operand, shape, scratch },
) => {
  const [images, height, width, channels] = mapSides(shape(inputs.x));
  scratch(blockNumbers(channels));
  const args = [...operand(inputs.x), height * width, channels, address(outputs.y)];
  return [{ kernel: "globalAveragePool", chunks: images, args }];
};

export const globalAveragePoolGradient: Lower<"globalAveragePoolGradient"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [images, height, width, channels] = mapSides(shape(outputs.dx));
  scratch(channels);
  const args = [address(inputs.dy), height * width, channels, address(outputs.dx)];
  return [{ kernel: "globalAveragePoolGradient", chunks: images, args }];
};
