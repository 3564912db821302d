/** Computes elementwise activations by their formulas. */
import { rowSides } from "../../../core/shape.ts";
import type { Expression } from "../../../formulas/expression.ts";
import type { Step } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import { activationExpressions, formulaCode } from "../formula.ts";
import { type Joined, type Lower, type Lowering, type LowerJoined, widthOf } from "../lowering.ts";
import { mapStep } from "../rows.ts";

export const activation: Lower<"activation"> = (step, lowering) => {
  const { value } = activationExpressions(step.attributes.activation);
  return formulaDispatch(step, lowering, step.outputs.y, "x", value);
};

export const activationGradient: LowerJoined<"activationGradient"> = (step, lowering, joined) => {
  const { slope } = activationExpressions(step.attributes.activation);
  return formulaDispatch(step, lowering, step.outputs.dx, "y", slope, joined);
};

export const activationGradientFromInput: Lower<"activationGradientFromInput"> = (
  step,
  lowering,
) => {
  const { slope } = activationExpressions(step.attributes.activation);
  return formulaDispatch(step, lowering, step.outputs.dx, "x", slope);
};

/** Evaluates an expression of the operand `from`. A gradient's `dy` is multiplied by it. */
function formulaDispatch(
  step: Step,
  lowering: Lowering,
  output: number,
  from: "x" | "y",
  expression: Expression,
  joined?: Joined,
): Dispatch {
  const width = widthOf(rowSides(lowering.shape(output))[1]);
  const { lines, value } = formulaCode(expression, (name) => name, width);
  return mapStep(
    step,
    lowering,
    {
      before: `let ${from} = ${from}_at(at, channel);\n${lines}`,
      value: "dy" in step.inputs ? `dy_at(at, channel) * ${value}` : value,
    },
    joined,
  );
}
