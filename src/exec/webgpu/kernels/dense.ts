/** A dense layer is a product of matrices, and so are its gradients. */
import { rowSides } from "../../../core/shape.ts";
import type { Lower } from "../lowering.ts";
import { columnProduct } from "./columnProduct.ts";
import { rowProduct } from "./rowProduct.ts";

export const dense: Lower<"dense"> = ({ inputs, outputs }, lowering) => {
  const [m, k] = rowSides(lowering.shape(inputs.x));
  const [, n] = rowSides(lowering.shape(inputs.kernel));
  return rowProduct(
    {
      name: "dense",
      m,
      n,
      k,
      a: lowering.operand(inputs.x),
      channels: k,
      b: lowering.tensor(inputs.kernel),
      bias: lowering.optional(inputs.bias),
      y: lowering.tensor(outputs.y),
    },
    lowering,
  );
};

export const denseInputGradient: Lower<"denseInputGradient"> = ({ inputs, outputs }, lowering) => {
  const [m, n] = rowSides(lowering.shape(outputs.dx));
  const [, k] = rowSides(lowering.shape(inputs.kernel));
  return rowProduct(
    {
      name: "denseInputGradient",
      m,
      n,
      k,
      a: lowering.operand(inputs.dy),
      channels: k,
      b: lowering.tensor(inputs.kernel),
      transposed: { depth: k },
      y: lowering.tensor(outputs.dx),
    },
    lowering,
  );
};

export const denseKernelGradient: Lower<"denseKernelGradient"> = (
  { inputs, outputs },
  lowering,
) => {
  const [k, m] = rowSides(lowering.shape(inputs.x));
  const [, n] = rowSides(lowering.shape(inputs.dy));
  return columnProduct(
    {
      name: "denseKernelGradient",
      m,
      n,
      k,
      a: lowering.operand(inputs.x),
      channels: m,
      b: lowering.operand(inputs.dy),
      y: lowering.tensor(outputs.dkernel),
    },
    lowering,
  );
};
