/** Updates all weights in one dispatch by the optimiser's formula. Each thread updates four numbers. */
import { type Expression, replaceParts } from "../../../formulas/expression.ts";
import { constantsOf, divided, formulaFor } from "../../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../../formulas/optimizers/registry.ts";
import type { StepOf } from "../../../plan/step.ts";
import { forEachOptimizer, type OptimizerKind } from "../../../settings/optimizers.ts";
import { type Dispatch, type Float, stored, type Width } from "../dispatch.ts";
import { formulaCode } from "../formula.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { readScaling, SKIPPED, timesScaling, UNSCALE } from "./lossScale.ts";
import { runsOf } from "./runs.ts";

export const optimizers = forEachOptimizer(() => update);

function update(
  { op, inputs, updates, attributes }: StepOf<OptimizerKind>,
  lowering: Lowering,
): readonly Dispatch[] {
  const { parameters, ...slots } = updates;
  const { code, numbers } = updateCode(op, attributes);
  const names = Object.keys(slots);
  const runs = runsOf([inputs.gradients, parameters, ...Object.values(slots)], lowering);
  const factor = lowering.optional(inputs.gradientFactor);
  const count = lowering.optional(inputs.step);
  const { lossScale } = lowering;
  const skips =
    lossScale === undefined ? "" : `if (scaling_at(${UNSCALE}, 0u) == 0.0) { return; }\n`;
  const scales = timesScaling(lossScale, UNSCALE);
  const counts =
    count === undefined
      ? ""
      : `let count = f32(step_at(0u, 0u) + 1)${lossScale === undefined ? "" : ` - scaling_at(${SKIPPED}, 0u)`};\n`;
  return runs.map(({ place: [gradient, weight, ...others], count: size }) =>
    dispatchOf({
      name: op,
      width: 4,
      reads: {
        gradient: gradient && stored(gradient),
        rate: stored(lowering.tensor(inputs.learningRate), { width: 1 }),
        factor: factor && stored(factor, { width: 1 }),
        scaling: readScaling(lossScale),
        step: count && stored(count, { width: 1, type: "i32" }),
      },
      writes: {
        weight: weight && { tensor: weight },
        ...Object.fromEntries(
          names.map((name, index) => {
            const tensor = others[index];
            return [name, tensor && { tensor }];
          }),
        ),
      },
      numbers,
      body: `${skips}let learningRate = rate_at(0u, 0u);
        let gradient = gradient_at(i, 0u)${scales}${factor === undefined ? "" : " * factor_at(0u, 0u)"};
        let weight = weight_now(i);
        ${counts}${code}`,
      threads: size / 4,
    }),
  );
}

/** WGSL for the element `i`. It may use `gradient`, `weight`, `learningRate` and, if the formula counts steps, `count`. */
function updateCode(op: OptimizerKind, attributes: StepOf<OptimizerKind>["attributes"]) {
  const parts = divided(formulaFor(OPTIMIZERS[op], attributes));
  const numbers = new Map(Object.entries(constantsOf(parts, attributes)));
  const names = new Map([...numbers.keys()].map((name) => [name, `p.${name}`]));
  for (const slot of Object.keys(parts.slots)) names.set(`old_${slot}`, `${slot}_now(i)`);
  const logarithms = (expression: Expression) =>
    replaceParts(expression, (part) => {
      if (typeof part !== "object" || part.op !== "oneMinusPower") return undefined;
      const [base = Number.NaN] = part.of;
      if (typeof base !== "string") return { ...part, of: [Math.log(Math.fround(Number(base)))] };
      numbers.set(`log_${base}`, Math.log(Math.fround(numbers.get(base) ?? Number.NaN)));
      return { ...part, of: [`p.log_${base}`] };
    });
  const lines: string[] = [];
  const define = (name: string, expression: Expression, width: Width | "scalar") => {
    const code = formulaCode(expression, (leaf) => names.get(leaf) ?? leaf, width, `${name}_`);
    lines.push(code.lines, `let ${name} = ${code.value};`);
  };
  for (const [name, expression] of Object.entries(parts.uniforms))
    define(name, logarithms(expression), "scalar");
  for (const [name, expression] of Object.entries(parts.values)) define(name, expression, 4);
  const slots = Object.entries(parts.slots);
  for (const [slot, expression] of slots) define(`next_${slot}`, expression, 4);
  define("next_weight", parts.weight, 4);
  const stores = slots.map(([slot]) => `${slot}_set(i, next_${slot});`);
  const code = [...lines, ...stores, "weight_set(i, next_weight);"].join("\n");
  return { code, numbers: floats(Object.fromEntries(numbers)) };
}

export const movingAverage: Lower<"movingAverage"> = ({ inputs, updates, attributes }, lowering) =>
  runsOf([inputs.batch, updates.moving], lowering).map(({ place: [batch, moving], count }) =>
    dispatchOf({
      name: "movingAverage",
      width: 4,
      reads: { batch: batch && stored(batch) },
      writes: { moving: moving && { tensor: moving } },
      numbers: floats({ momentum: attributes.momentum, rest: 1 - attributes.momentum }),
      body: "moving_set(i, moving_now(i) * p.momentum + batch_at(i, 0u) * p.rest);",
      threads: count / 4,
    }),
  );

function floats(numbers: Readonly<Record<string, number>>): Record<string, Float> {
  return Object.fromEntries(Object.entries(numbers).map(([name, float]) => [name, { float }]));
}
