/** Swaps two axes of a tensor. */
import { mapSides } from "../../../core/shape.ts";
import { rowChunks } from "./chunks.ts";
import type { Lower } from "./lowering.ts";

export const swapAxes: Lower<"swapAxes"> = ({ inputs, outputs }, { address, shape }) => {
  const [, a, b] = mapSides(shape(inputs.x));
  const { rows, chunks } = rowChunks(shape(outputs.y));
  const call = { x: address(inputs.x), y: address(outputs.y), rows, a, b };
  return [{ kernel: "swapAxes", chunks, arguments: call }];
};
