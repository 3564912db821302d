/** ReLU and ELU, element by element, in a row of channels at a time. */
import { rowSides } from "../../../core/shape.ts";
import { type Lower, type LowerJoined, widthOf } from "../lowering.ts";
import { rectified } from "../notFinite.ts";
import { mapDispatch } from "../rows.ts";
import { stored } from "../shader.ts";

export const activation: Lower<"activation"> = ({ inputs, outputs, attributes }, lowering) => [
  mapDispatch(
    {
      name: "activation",
      shape: lowering.shape(outputs.y),
      reads: { x: { operand: lowering.operand(inputs.x) } },
      before: "let x = x_at(at, channel);",
      value:
        attributes.activation === "relu"
          ? rectified("x", widthOf(rowSides(lowering.shape(outputs.y))[1]))
          : "select(exp(x) - V(1), x, x > V(0))",
      target: lowering.tensor(outputs.y),
    },
    {},
  ),
];

export const activationGradient: LowerJoined<"activationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  { sums },
) => {
  const beyond = attributes.activation === "relu" ? "V(0)" : "y + V(1)";
  return [
    mapDispatch(
      {
        name: "activationGradient",
        shape: lowering.shape(outputs.dx),
        reads: {
          dy: stored(lowering.tensor(inputs.dy)),
          y: { operand: lowering.operand(inputs.y) },
        },
        before: "let y = y_at(at, channel);",
        value: `dy_at(at, channel) * select(${beyond}, V(1), y > V(0))`,
        target: lowering.tensor(outputs.dx),
      },
      { sums },
    ),
  ];
};
