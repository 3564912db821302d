import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import type { OptimizerOptions } from "../../plan/planOptions.ts";
import { ParameterBuckets } from "./parameterBuckets.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const OPTIONS: OptimizerOptions = {
  kind: "adam",
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  epsilon: 1e-7,
  beta1: 0.9,
  beta2: 0.999,
  rho: 0,
};

/** Two updates of three small weights; their values afterwards. */
function trained(options: OptimizerOptions, bucketSize: number): number[] {
  const variables = [
    tf.variable(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    ),
    tf.variable(tf.tensor1d([5, 6, 7])),
    tf.variable(tf.scalar(8)),
  ];
  const buckets = new ParameterBuckets(variables, options, bucketSize);
  for (const factor of [1, -0.5]) {
    const gradients = variables.map((variable) => [variable.name, variable.mul(factor)] as const);
    buckets.update(Object.fromEntries(gradients), 0.1);
  }
  expect(buckets.state.step).toBe(2);
  buckets.dispose();
  return variables.flatMap((variable) => [...variable.dataSync()]);
}

test("how weights are put together changes no number", () => {
  const expected = trained(OPTIONS, 1000);
  for (const bucketSize of [1, 4, 5, 7]) expect(trained(OPTIONS, bucketSize)).toEqual(expected);
});

test("the first step of Adam moves every weight by the learning rate, against its gradient", () => {
  const variable = tf.variable(tf.tensor1d([1, -1]));
  const buckets = new ParameterBuckets([variable], OPTIONS);
  buckets.update({ [variable.name]: tf.tensor1d([3, -0.2]) }, 0.1);
  expect(variable.dataSync()[0]).toBeCloseTo(0.9, 5);
  expect(variable.dataSync()[1]).toBeCloseTo(-0.9, 5);
  expect([...buckets.state.slots.keys()]).toEqual(["momentum", "velocity"]);
  buckets.dispose();
});

test("clipping scales all gradients by one factor, to the norm asked for", () => {
  const options = { ...OPTIONS, kind: "sgd", clipNorm: 1 } as const;
  for (const bucketSize of [1, 1000]) {
    const [a, b] = [tf.variable(tf.tensor1d([0])), tf.variable(tf.tensor1d([0]))];
    const buckets = new ParameterBuckets([a, b], options, bucketSize);
    buckets.update({ [a.name]: tf.tensor1d([3]), [b.name]: tf.tensor1d([4]) }, 1);
    expect(a.dataSync()[0]).toBeCloseTo(-0.6, 6);
    expect(b.dataSync()[0]).toBeCloseTo(-0.8, 6);
    buckets.update({ [a.name]: tf.tensor1d([0.3]), [b.name]: tf.tensor1d([0.4]) }, 1);
    expect(a.dataSync()[0]).toBeCloseTo(-0.9, 6);
    buckets.dispose();
  }
});
