/** Layer normalisation of rows. */
import { rowChunks } from "./chunks.ts";
import type { Lower } from "./lowering.ts";

export const layerNormalize: Lower<"layerNormalize"> = (
  { inputs, outputs, attributes },
  { address, optional, shape },
) => {
  const { rows, chunks } = rowChunks(shape(inputs.x));
  const [gamma, beta] = [optional(inputs.gamma), optional(inputs.beta)];
  const call = { x: address(inputs.x), gamma, beta, y: address(outputs.y), rows, ...attributes };
  return [{ kernel: "layerNormalize", chunks, arguments: call }];
};

export const layerNormalizeScaleTerms: Lower<"layerNormalizeScaleTerms"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const { rows, chunks } = rowChunks(shape(inputs.x));
  const [dy, x, terms] = [address(inputs.dy), address(inputs.x), address(outputs.terms)];
  const call = { dy, x, terms, rows, ...attributes };
  return [{ kernel: "layerNormalizeScaleTerms", chunks, arguments: call }];
};

export const layerNormalizeInputGradient: Lower<"layerNormalizeInputGradient"> = (
  { inputs, outputs, attributes },
  { address, optional, shape },
) => {
  const { rows, chunks } = rowChunks(shape(inputs.x));
  const [dy, x, dx] = [address(inputs.dy), address(inputs.x), address(outputs.dx)];
  const call = { dy, x, gamma: optional(inputs.gamma), dx, rows, ...attributes };
  return [{ kernel: "layerNormalizeInputGradient", chunks, arguments: call }];
};
