/** Computes elementwise activations by their formulas. */

import { rowSides } from "../../../core/shape.ts";
import type { Expression } from "../../../formulas/expression.ts";
import { stored } from "../dispatch.ts";
import { activationExpressions, formulaCode } from "../formula.ts";
import { type Joined, type Lower, type LowerJoined, widthOf } from "../lowering.ts";
import { type MapKernel, mapDispatch } from "../rows.ts";

export const activation: Lower<"activation"> = ({ inputs, outputs, attributes }, lowering) => [
  formulaDispatch(
    activationExpressions(attributes.activation).value,
    {
      name: "activation",
      shape: lowering.shape(outputs.y),
      reads: { x: { operand: lowering.operand(inputs.x) } },
      before: "let x = x_at(at, channel);",
      target: lowering.tensor(outputs.y),
    },
    {},
  ),
];

export const activationGradient: LowerJoined<"activationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  { sums },
) => [
  formulaDispatch(
    activationExpressions(attributes.activation).slope,
    {
      name: "activationGradient",
      shape: lowering.shape(outputs.dx),
      reads: {
        dy: stored(lowering.tensor(inputs.dy)),
        y: { operand: lowering.operand(inputs.y) },
      },
      before: "let y = y_at(at, channel);",
      factor: "dy_at(at, channel) * ",
      target: lowering.tensor(outputs.dx),
    },
    { sums },
  ),
];

export const activationGradientFromInput: Lower<"activationGradientFromInput"> = (
  { inputs, outputs, attributes },
  lowering,
) => [
  formulaDispatch(
    activationExpressions(attributes.activation).slope,
    {
      name: "activationGradientFromInput",
      shape: lowering.shape(outputs.dx),
      reads: {
        dy: stored(lowering.tensor(inputs.dy)),
        x: stored(lowering.tensor(inputs.x)),
      },
      before: "let x = x_at(at, channel);",
      factor: "dy_at(at, channel) * ",
      target: lowering.tensor(outputs.dx),
    },
    {},
  ),
];

/** @param map without its value, which is the expression, multiplied by the factor if there is one. */
function formulaDispatch(
  expression: Expression,
  { factor = "", ...map }: Omit<MapKernel, "value"> & { readonly factor?: string },
  joined: Joined,
) {
  const width = widthOf(rowSides(map.shape)[1]);
  const { lines, value } = formulaCode(expression, (name) => name, width);
  return mapDispatch(
    { ...map, before: `${map.before}\n${lines}`, value: `${factor}${value}` },
    joined,
  );
}
