/** Lowers optimisers, whose kernels are printed from formulas, and the factor that clips all gradients together. */
import { constantsOf, divided, formulaFor } from "../../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../../formulas/optimizers/registry.ts";
import type { StepOf } from "../../../plan/step.ts";
import { forEachOptimizer, type OptimizerKind } from "../../../settings/optimizers.ts";
import type { Call } from "../kernelCalls.ts";
import { numberChunks } from "./chunks.ts";
import type { Lower, Lowering } from "./lowering.ts";
import { runsOf } from "./runs.ts";

export const optimizers = forEachOptimizer(() => update);

/** Makes one call for each run of weights. */
function update(
  { op, inputs, updates, attributes }: StepOf<OptimizerKind>,
  { address, optional, size }: Lowering,
): readonly Call[] {
  const formula = formulaFor(OPTIMIZERS[op], attributes);
  const [slot0, slot1] = Object.keys(formula.slots).map((name) => updates[name]);
  const addressesAt = (place: number) => ({
    weights: optional(updates.parameters[place]),
    gradients: optional(inputs.gradients[place]),
    slot0: optional(slot0?.[place]),
    slot1: optional(slot1?.[place]),
  });
  const common = {
    learningRate: address(inputs.learningRate),
    gradientFactor: optional(inputs.gradientFactor),
    step: optional(inputs.step),
    constants: Object.values(constantsOf(divided(formula), attributes)),
  };
  return runsOf(updates.parameters, addressesAt, { size }).map(
    ({ place: addresses, count }): Call => {
      const { numbers, chunks } = numberChunks(count);
      return { kernel: op, chunks, arguments: { ...addresses, ...common, numbers } };
    },
  );
}

/** The parts of the sum of squares are float64 numbers, each of which takes as much memory as two float32 numbers. */
export const clipFactor: Lower<"clipFactor"> = (
  { inputs, outputs, attributes: { clipNorm } },
  lowering,
) => {
  const valuesAt = (place: number) => ({ values: lowering.optional(inputs.gradients[place]) });
  const runs = runsOf(inputs.gradients, valuesAt, lowering).map(({ place: addresses, count }) => ({
    ...addresses,
    ...numberChunks(count),
  }));
  const numParts = runs.reduce((total, { chunks }) => total + chunks, 0);
  const parts = lowering.shared(2 * numParts);
  let next = parts;
  const squares = runs.map(({ values, numbers, chunks }): Call => {
    const call = { values, numbers, parts: next };
    next += 8 * chunks;
    return { kernel: "sumSquares", chunks, arguments: call };
  });
  const factor = lowering.address(outputs.factor);
  const call = { parts, numParts, clipNorm, factor };
  return [...squares, { kernel: "clipFactor", chunks: 1, arguments: call }];
};
