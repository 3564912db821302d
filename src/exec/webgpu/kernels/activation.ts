/** Computes elementwise activations, and PReLU with one `alpha` for each column, by their formulas. */
import { rowSides, sizeOf } from "../../../core/shape.ts";
import { type Expression, namesIn } from "../../../formulas/expression.ts";
import { PRELU } from "../../../formulas/prelu.ts";
import { operandsOf, type Step } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import { activationExpressions, formulaCode } from "../formula.ts";
import { type Joined, type Lower, type Lowering, type LowerJoined, widthOf } from "../lowering.ts";
import { mapStep } from "../rows.ts";

export const activation: Lower<"activation"> = (step, lowering) =>
  formulaStep(step, lowering, activationExpressions(step.attributes.activation).value);

export const activationGradient: LowerJoined<"activationGradient"> = (step, lowering, joined) => {
  const { slope } = activationExpressions(step.attributes.activation);
  return formulaStep(step, lowering, slope, "dy_at(at, channel) * ", joined);
};

export const activationGradientFromInput: Lower<"activationGradientFromInput"> = (
  step,
  lowering,
) => {
  const { slope } = activationExpressions(step.attributes.activation);
  return formulaStep(step, lowering, slope, "dy_at(at, channel) * ");
};

export const prelu: Lower<"prelu"> = (step, lowering) =>
  formulaStep(step, lowering, PRELU[step.op]);

export const preluInputGradient: Lower<"preluInputGradient"> = (step, lowering) =>
  formulaStep(step, lowering, PRELU[step.op]);

export const preluAlphaTerms: Lower<"preluAlphaTerms"> = (step, lowering) =>
  formulaStep(step, lowering, PRELU[step.op]);

/**
 * Evaluates an expression whose names are operands of the step. An operand smaller than the output has one number for each
 * column.
 *
 * @param factor WGSL before the value.
 */
function formulaStep(
  step: Step,
  lowering: Lowering,
  expression: Expression,
  factor = "",
  joined?: Joined,
): Dispatch {
  const [output = -1] = Object.values(step.outputs);
  const shape = lowering.shape(output);
  const { lines, value } = formulaCode(expression, (name) => name, widthOf(rowSides(shape)[1]));
  const names = namesIn(expression);
  const loads = operandsOf(step).flatMap(({ name, ids: [id = -1] }) => {
    const at = sizeOf(lowering.shape(id)) < sizeOf(shape) ? "channel" : "at";
    return names.has(name) ? `let ${name} = ${name}_at(${at}, channel);` : [];
  });
  const before = [...loads, lines].join("\n");
  return mapStep(step, lowering, { before, value: `${factor}${value}` }, joined);
}
