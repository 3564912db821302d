import { expect, test } from "vitest";
import { applies } from "./applies.ts";
import { oneMinute } from "./recipes/oneMinute.ts";

test("a setting applies only with the choice it belongs to", () => {
  const values = oneMinute.settings;
  expect(applies("momentum", { ...values, optimizer: "sgd" })).toBe(true);
  expect(applies("momentum", { ...values, optimizer: "adam" })).toBe(false);
  expect(applies("epochs", { ...values, budget: "steps" })).toBe(false);
  expect(applies("intermediateActivation", { ...values, convolution: "ordinary" })).toBe(false);
  expect(applies("learningRate", values)).toBe(true);
});
