/** Computes elementwise activations by their formulas. */

import { rowSides } from "../../../core/shape.ts";
import {
  activationFormula,
  activationParameters,
  type ElementwiseActivation,
} from "../../../formulas/activations/registry.ts";
import type { Expression } from "../../../formulas/expression.ts";
import { stored } from "../dispatch.ts";
import { formulaCode, formulaFunctions } from "../formula.ts";
import { type Joined, type Lower, type LowerJoined, widthOf } from "../lowering.ts";
import { type MapKernel, mapDispatch } from "../rows.ts";

export const activation: Lower<"activation"> = ({ inputs, outputs, attributes }, lowering) => [
  formulaDispatch(
    attributes.activation,
    activationFormula(attributes.activation).value,
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
    attributes.activation,
    activationFormula(attributes.activation).slope,
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
    attributes.activation,
    activationFormula(attributes.activation).slope,
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
  activation: ElementwiseActivation,
  expression: Expression,
  { factor = "", ...map }: Omit<MapKernel, "value"> & { readonly factor?: string },
  joined: Joined,
) {
  const numbers = Object.entries(activationParameters(activation));
  const names = new Map(numbers.map(([name]) => [name, `V(p.${name})`]));
  const width = widthOf(rowSides(map.shape)[1]);
  const code = formulaCode(expression, (name) => names.get(name) ?? name, width);
  return mapDispatch(
    {
      ...map,
      before: `${map.before}\n${code.lines}`,
      value: `${factor}${code.value}`,
      numbers: Object.fromEntries(numbers.map(([name, float]) => [name, { float }])),
      functions: formulaFunctions(`${code.lines}${code.value}`),
    },
    joined,
  );
}
