/**
 * One dispatch for all weights, four numbers a thread. The formulas are those of `plan/ops/adam.ts` and its neighbours. What
 * Adam's correction needs of the step's count is worked out in each thread, from logarithms that the lowering has taken in
 * float64: a power in float32 would lose the first steps' digits.
 */
import type { BufferId } from "../../../plan/buffers.ts";
import type { OpName } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { type Dispatch, dispatchOf, type Float, stored } from "../shader.ts";
import { readScaling, SKIPPED, timesScaling, UNSCALE } from "./lossScale.ts";
import { runsOf } from "./runs.ts";

export const adam: Lower<"adam"> = (step, lowering) => adamUpdate(step, 0, lowering);

export const adamw: Lower<"adamw"> = (step, lowering) =>
  adamUpdate(step, step.attributes.weightDecay, lowering);

function adamUpdate(
  { op, inputs, updates, attributes }: StepOf<"adam"> | StepOf<"adamw">,
  weightDecay: number,
  lowering: Lowering,
): readonly Dispatch[] {
  const { beta1, beta2, epsilon } = attributes;
  return update(op, inputs, lowering, {
    slots: { first: updates.momentum, second: updates.velocity },
    parameters: updates.parameters,
    step: inputs.step,
    numbers: {
      keep1: beta1,
      take1: 1 - beta1,
      keep2: beta2,
      take2: 1 - beta2,
      epsilon,
      weightDecay,
      logBeta1: Math.log(Math.fround(beta1)),
      logBeta2: Math.log(Math.fround(beta2)),
    },
    functions: ONE_MINUS_POWER,
    body: `let count = f32(step_at(0u, 0u) + 1)${lowering.lossScale === undefined ? "" : ` - scaling_at(${SKIPPED}, 0u)`};
      let corrected = rate * sqrt(one_minus_power(p.logBeta2 * count)) / one_minus_power(p.logBeta1 * count);
      let first = first_now(i) * p.keep1 + gradient * p.take1;
      let second = second_now(i) * p.keep2 + gradient * gradient * p.take2;
      first_set(i, first);
      second_set(i, second);
      weight_set(i, weight - rate * p.weightDecay * weight - corrected * first / (sqrt(second) + p.epsilon));`,
  });
}

/** `1 - exp(log)` for a negative logarithm: its series near 0, where the difference would lose digits. */
const ONE_MINUS_POWER = `fn one_minus_power(log: f32) -> f32 {
  if (log < -0.1) { return 1.0 - exp(log); }
  return -log * (1.0 + log / 2.0 * (1.0 + log / 3.0 * (1.0 + log / 4.0 * (1.0 + log / 5.0))));
}`;

export const sgd: Lower<"sgd"> = ({ op, inputs, updates, attributes }, lowering) =>
  updates.momentum === undefined
    ? update(op, inputs, lowering, {
        slots: {},
        parameters: updates.parameters,
        numbers: {},
        body: "weight_set(i, weight - rate * gradient);",
      })
    : update(op, inputs, lowering, {
        slots: { slot: updates.momentum },
        parameters: updates.parameters,
        numbers: { momentum: attributes.momentum },
        body: `let change = slot_now(i) * p.momentum - rate * gradient;
          slot_set(i, change);
          weight_set(i, weight + change);`,
      });

export const rmsprop: Lower<"rmsprop"> = ({ op, inputs, updates, attributes }, lowering) =>
  update(op, inputs, lowering, {
    slots: { velocity: updates.velocity },
    parameters: updates.parameters,
    numbers: { rho: attributes.rho, rest: 1 - attributes.rho, epsilon: attributes.epsilon },
    body: `let velocity = velocity_now(i) * p.rho + gradient * gradient * p.rest;
      velocity_set(i, velocity);
      weight_set(i, weight - rate * gradient / sqrt(velocity + p.epsilon));`,
  });

export const adadelta: Lower<"adadelta"> = ({ op, inputs, updates, attributes }, lowering) =>
  update(op, inputs, lowering, {
    slots: { size: updates.accumulated_grad, moved: updates.accumulated_delta_var },
    parameters: updates.parameters,
    numbers: { rho: attributes.rho, rest: 1 - attributes.rho, epsilon: attributes.epsilon },
    body: `let size = size_now(i) * p.rho + gradient * gradient * p.rest;
      size_set(i, size);
      let change = gradient * sqrt(moved_now(i) + p.epsilon) / sqrt(size + p.epsilon);
      moved_set(i, moved_now(i) * p.rho + change * change * p.rest);
      weight_set(i, weight - rate * change);`,
  });

interface OptimizerInputs {
  readonly gradients: readonly BufferId[];
  readonly learningRate: BufferId;
  readonly gradientFactor?: BufferId;
}

interface Rule {
  readonly slots: Readonly<Record<string, readonly BufferId[]>>;
  readonly parameters: readonly BufferId[];
  readonly step?: BufferId;
  readonly numbers: Readonly<Record<string, number>>;
  readonly functions?: string;
  /** For the place `i`, with `gradient`, `weight` and `rate` at hand. */
  readonly body: string;
}

function update(
  op: OpName,
  { gradients, learningRate, gradientFactor }: OptimizerInputs,
  lowering: Lowering,
  { slots, parameters, step, numbers, functions = "", body }: Rule,
): readonly Dispatch[] {
  const names = Object.keys(slots);
  const runs = runsOf([gradients, parameters, ...Object.values(slots)], lowering);
  const factor = lowering.optional(gradientFactor);
  const count = lowering.optional(step);
  const { lossScale } = lowering;
  const skips =
    lossScale === undefined ? "" : `if (scaling_at(${UNSCALE}, 0u) == 0.0) { return; }\n`;
  const scales = timesScaling(lossScale, UNSCALE);
  return runs.map(({ tensors: [gradient, weight, ...others], count: size }) =>
    dispatchOf({
      name: op,
      width: 4,
      reads: {
        gradient: gradient && stored(gradient),
        rate: stored(lowering.tensor(learningRate), { width: 1 }),
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
      numbers: floats(numbers),
      functions,
      body: `${skips}let rate = rate_at(0u, 0u);
        let gradient = gradient_at(i, 0u)${scales}${factor === undefined ? "" : " * factor_at(0u, 0u)"};
        let weight = weight_now(i);
        ${body}`,
      threads: size / 4,
    }),
  );
}

export const movingAverage: Lower<"movingAverage"> = ({ inputs, updates, attributes }, lowering) =>
  runsOf([inputs.batch, updates.moving], lowering).map(({ tensors: [batch, moving], count }) =>
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
