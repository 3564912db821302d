import { describe, expect, test } from "vitest";
import type { LayerGraph } from "../network/graph.ts";
import { createBuilder } from "../network/networks/builder.ts";
import { PERSISTENT_ROLES, type PlanBuffer, PROGRAM_NAMES } from "./buffers.ts";
import { compilePlan, compileProgram } from "./compilePlan.ts";
import { OPERATIONS } from "./operations.ts";
import { allPlanOptions, oneMinuteNetwork, planOptions, remainingOperations } from "./planCases.ts";
import { planText } from "./planText.ts";
import { type Program, programOf, programsOf, type TrainingPlan } from "./trainingPlan.ts";
import { validatePlan } from "./validatePlan.ts";

const opsOf = (plan: TrainingPlan) =>
  PROGRAM_NAMES.flatMap((name) => plan.programs[name].steps.map(({ op }) => op));

/** The input `x` feeds two branches and also goes straight to the sum. */
function threeConsumers(): LayerGraph {
  const net = createBuilder("branches");
  const x = net.conv2d(net.input("input", [4, 4, 1]), "conv", { filters: 2, kernelSize: [1, 1] });
  const sum = net.add("add", x, net.activation(x, "relu", "relu"), net.activation(x, "elu", "elu"));
  net.dense(net.flatten(sum, "flat"), "predictions", 2, "softmax");
  return net.finish();
}

describe("a compiled plan", () => {
  test("of the one-minute network reads as it did before", async () => {
    const text = planText(compilePlan(planOptions(oneMinuteNetwork())));
    await expect(text).toMatchFileSnapshot("fixtures/oneMinute.plan.txt");
  });

  test("keeps the rules, and the plans of the cases together hold every operation", () => {
    const plans = allPlanOptions().map(compilePlan);
    for (const plan of plans) expect(() => validatePlan(plan)).not.toThrow();
    expect(new Set(plans.flatMap(opsOf))).toEqual(new Set(Object.keys(OPERATIONS)));
  });

  test("is plain data and the same each time", () => {
    for (const options of allPlanOptions()) {
      const plan = compilePlan(options);
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(JSON.stringify(compilePlan(options))).toBe(JSON.stringify(plan));
    }
  });

  test("numbers what outlives a step alike for every batch size", () => {
    const persistent = (batchSize: number) =>
      compilePlan(planOptions(oneMinuteNetwork(), { batchSize }))
        .buffers.filter(({ role }) => PERSISTENT_ROLES.has(role) || role === "gradient")
        .map(({ id, role, label }) => [id, role, label]);
    expect(persistent(64)).toEqual(persistent(7));
  });

  test.each(PROGRAM_NAMES)(
    "of the program %s alone has its steps and nothing of the others",
    (name) => {
      for (const options of allPlanOptions()) {
        const [whole, alone] = [compilePlan(options), compileProgram(options, name)];
        expect(programsOf(alone)).toEqual([name]);
        const shape = ({ steps }: Program) =>
          steps.map(({ op, layer, phase }) => [op, layer, phase]);
        expect(shape(programOf(alone, name))).toEqual(shape(whole.programs[name]));
        const lifetimes = alone.buffers.flatMap(({ lifetime }) => lifetime?.program ?? []);
        expect(new Set(lifetimes)).toEqual(new Set([name]));
        const isShared = ({ role, viewOf }: PlanBuffer) =>
          (PERSISTENT_ROLES.has(role) || role === "gradient") && viewOf === undefined;
        expect(alone.buffers.filter(isShared).map(({ id, label }) => [id, label])).toEqual(
          whole.buffers.filter(isShared).map(({ id, label }) => [id, label]),
        );
      }
    },
  );

  test("of one program prints the lines that it has in the plan of all three", () => {
    const options = planOptions(oneMinuteNetwork());
    const alone = planText(compileProgram(options, "training"));
    const [buffers, steps] = alone.split("\n\ntraining ->");
    const whole = planText(compilePlan(options));
    expect(whole.startsWith(buffers ?? "-")).toBe(true);
    expect(whole).toContain(`\n\ntraining ->${steps?.trimEnd()}\n\nevaluation ->`);
  });

  test("sums the gradients of a tensor with several consumers, and copies none", () => {
    const { steps } = compilePlan(planOptions(threeConsumers())).programs.training;
    const sums = steps.filter(({ op, phase }) => op === "add" && phase === "backward");
    expect(sums).toHaveLength(1);
    expect(sums[0]).toMatchObject({ layer: "conv" });
    expect(sums[0]?.op === "add" && sums[0].inputs.terms).toHaveLength(3);
  });

  test("goes back no further than the last layer that needs it", () => {
    const frozenLayers =
      oneMinuteNetwork().layers.findIndex(({ name }) => name === "block4_add") + 1;
    const plan = compilePlan(planOptions(oneMinuteNetwork(), { frozenLayers }));
    const backward = plan.programs.training.steps.filter(({ phase }) => phase === "backward");
    const layers = new Set(backward.map(({ layer }) => layer));
    expect([...layers].filter((name) => /^block[1-4]_/.test(name))).toEqual([]);
    expect(layers).toContain("block5_sepconv1");
    expect(layers).toContain("block5_residual_conv");
    const intoFrozen = backward.filter(
      ({ layer, op }) => layer === "block5_residual_conv" && op === "conv2dInputGradient",
    );
    expect(intoFrozen).toEqual([]);
    const trained = plan.parameters.filter(({ gradient }) => gradient !== undefined);
    expect(trained.every(({ path }) => /^(block[5-7]_|predictions)/.test(path))).toBe(true);
  });

  test("with everything frozen still measures the loss and updates nothing but the metrics", () => {
    const { steps } = compilePlan(planOptions(remainingOperations(), { frozenLayers: 99 })).programs
      .training;
    expect(steps.filter(({ phase }) => phase === "backward")).toEqual([]);
    expect(steps.filter(({ phase }) => phase === "update").map(({ op }) => op)).toEqual([
      "accumulateMetrics",
    ]);
  });

  test("updates all weights in one step, and all moving statistics in one", () => {
    const { steps } = compilePlan(planOptions(oneMinuteNetwork())).programs.training;
    expect(steps.filter(({ phase }) => phase === "update").map(({ op }) => op)).toEqual([
      "movingAverage",
      "adam",
      "accumulateMetrics",
    ]);
  });
});

describe("what cannot be compiled", () => {
  test("is refused where a layer leads nowhere", () => {
    const net = createBuilder("loose");
    const x = net.input("input", [4, 4, 1]);
    net.conv2d(x, "loose", { filters: 2, kernelSize: [1, 1] });
    net.dense(net.flatten(x, "flat"), "predictions", 2);
    expect(() => compilePlan(planOptions(net.finish()))).toThrowError(
      expect.objectContaining({
        code: "network.invalid",
        context: expect.objectContaining({ layer: "loose" }),
      }),
    );
  });

  test("is refused where the output is a map", () => {
    const net = createBuilder("map");
    net.activation(net.input("input", [4, 4, 1]), "act", "relu");
    expect(() => compilePlan(planOptions(net.finish()))).toThrowError(
      expect.objectContaining({ code: "network.invalid" }),
    );
  });

  test.each([0, 1.5, Number.NaN])("is refused for a batch of %s", (batchSize) => {
    expect(() => compilePlan(planOptions(remainingOperations(), { batchSize }))).toThrowError(
      expect.objectContaining({ code: "setting.invalid" }),
    );
  });
});
