/** PReLU by its formulas, with one `alpha` for each column. */
import { rowSides } from "../../../core/shape.ts";
import { PRELU, type PreluOperation } from "../../../formulas/prelu.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { stored } from "../dispatch.ts";
import { formulaCode } from "../formula.ts";
import { type Lower, type Lowering, widthOf } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";

export const prelu: Lower<"prelu"> = ({ inputs, outputs }, lowering) =>
  formulaDispatch("prelu", { ...inputs }, outputs.y, lowering);

export const preluInputGradient: Lower<"preluInputGradient"> = ({ inputs, outputs }, lowering) =>
  formulaDispatch("preluInputGradient", { ...inputs }, outputs.dx, lowering);

export const preluAlphaTerms: Lower<"preluAlphaTerms"> = ({ inputs, outputs }, lowering) =>
  formulaDispatch("preluAlphaTerms", { ...inputs }, outputs.terms, lowering);

function formulaDispatch(
  name: PreluOperation,
  inputs: Readonly<Record<string, BufferId>>,
  output: BufferId,
  lowering: Lowering,
) {
  const shape = lowering.shape(output);
  const width = widthOf(rowSides(shape)[1]);
  const { lines, value } = formulaCode(PRELU[name], (operand) => operand, width);
  const loads = Object.keys(inputs).map((operand) => {
    const at = operand === "alpha" ? "channel" : "at";
    return `let ${operand} = ${operand}_at(${at}, channel);`;
  });
  const reads = Object.entries(inputs).map(([operand, id]) => [
    operand,
    stored(lowering.tensor(id)),
  ]);
  return [
    mapDispatch(
      {
        name,
        shape,
        reads: Object.fromEntries(reads),
        before: [...loads, lines].join("\n"),
        value,
        target: lowering.tensor(output),
      },
      {},
    ),
  ];
}
