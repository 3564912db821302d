import { describe, expect, test } from "vitest";
import { createBuilder } from "../../network/networks/builder.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { notebook } from "../../settings/recipes/notebook.ts";
import { assignMemory, planBytes } from "../assignMemory.ts";
import { compilePlan } from "../compilePlan.ts";
import { launchesOf } from "../marks.ts";
import { allPlanOptions, oneMinuteNetwork, planOptions } from "../planCases.ts";
import { planText } from "../planText.ts";
import type { Step } from "../step.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { applyPasses, PASS_NAMES, type PassName } from "./registry.ts";

const oneMinute = compilePlan(planOptions(oneMinuteNetwork()));
const stepsAfter = (...names: readonly PassName[]) =>
  applyPasses(oneMinute, names).programs.training.steps;
const namesOf = (steps: readonly Step[]) => steps.map(({ op, layer }) => `${op} ${layer}`);
const withoutMarks = (plan: TrainingPlan) =>
  Object.values(plan.programs).map(({ steps }) =>
    steps.map(({ inline: _inline, joins: _joins, ...step }) => step),
  );

/** Lists the operations of each launch of a training step, joined by `+`, without inline steps. */
const launchOps = (steps: readonly Step[]) =>
  launchesOf(steps)
    .filter(([first]) => !first.inline)
    .map((launch) => launch.map(({ op }) => op).join("+"));

describe("every pass", () => {
  test.each(PASS_NAMES)(
    "%s leaves steps and buffers as they are but for marks and lifetimes",
    (name) => {
      for (const plan of allPlanOptions().map(compilePlan)) {
        const marked = applyPasses(plan, [name]);
        expect(withoutMarks(marked)).toEqual(withoutMarks(plan));
        expect(marked.buffers.map(({ id, role, shape }) => [id, role, shape])).toEqual(
          plan.buffers.map(({ id, role, shape }) => [id, role, shape]),
        );
      }
    },
  );

  test("is switched by name, and marks something of its own", () => {
    expect(applyPasses(oneMinute, [])).toBe(oneMinute);
    const marked = PASS_NAMES.map((name) =>
      namesOf(stepsAfter(name).filter(({ inline, joins }) => inline || joins)),
    );
    for (const names of marked) expect(names).not.toEqual([]);
    expect(new Set(marked.flat()).size).toBe(marked.flat().length);
  });

  test("changes nothing where it ran before", () => {
    const fused = applyPasses(oneMinute, PASS_NAMES);
    expect(applyPasses(fused, PASS_NAMES)).toEqual(fused);
  });

  test("together give the one-minute network this plan", async () => {
    const text = planText(applyPasses(oneMinute, PASS_NAMES));
    await expect(text).toMatchFileSnapshot("../fixtures/oneMinute.fused.plan.txt");
  });
});

describe("inline normalisation", () => {
  test("stores no normalised map and no ReLU of Xception", () => {
    const steps = stepsAfter("inlineNormalize");
    const stored = steps.filter(
      ({ op, inline }) => (op === "normalize" || op === "activation") && !inline,
    );
    expect(stored).toEqual([]);
  });

  test("stores the ReLU that a reader cannot load inline, and not the map before it", () => {
    const net = createBuilder("stored");
    const map = net.conv2d(net.input("input", [4, 4, 1]), "conv", {
      filters: 2,
      kernelSize: [1, 1],
    });
    const relu = net.activation(net.batchNormalization(map, "bn"), "act", "relu");
    net.dense(net.flatten(relu, "flat"), "predictions", 2, "softmax");
    const { steps } = applyPasses(compilePlan(planOptions(net.finish())), PASS_NAMES).programs
      .training;
    const inline = steps.filter((step) => step.inline).map(({ op }) => op);
    expect(inline).toContain("normalize");
    expect(inline).not.toContain("activation");
  });

  test("never marks what the program is run for", () => {
    const net = createBuilder("result");
    const map = net.conv2d(net.input("input", [1, 1, 1]), "conv", {
      filters: 2,
      kernelSize: [1, 1],
    });
    net.activation(net.globalAveragePooling2d(map, "avg_pool"), "act", "relu");
    const { steps } = applyPasses(compilePlan(planOptions(net.finish())), PASS_NAMES).programs
      .prediction;
    expect(steps.at(-1)?.op).toBe("activation");
    expect(steps.at(-1)?.inline).toBeUndefined();
  });
});

describe("the inline gradient of a normalisation", () => {
  test("is stored nowhere in Xception without biases, and everywhere where a bias needs it", () => {
    const gradients = (bias: boolean) => {
      const graph = buildXception({ ...notebook.settings, bias });
      const { steps } = applyPasses(compilePlan(planOptions(graph)), [
        "inlineNormalizationGradient",
      ]).programs.training;
      return steps.filter(({ op }) => op === "normalizationGradient");
    };
    expect(gradients(false).every(({ inline }) => inline)).toBe(true);
    const shortcuts = gradients(true).filter(({ inline }) => inline);
    expect(shortcuts).toEqual([]);
  });
});

describe("joined launches", () => {
  test("take statistics where the map is made", () => {
    const ops = launchOps(stepsAfter("joinStatistics"));
    expect(ops).toContain("conv2d+batchStatistics");
    expect(ops).not.toContain("batchStatistics");
  });

  test("hold both gradients of a convolution, also where it has a bias", () => {
    const graph = buildXception({ ...notebook.settings, bias: true });
    for (const plan of [oneMinute, compilePlan(planOptions(graph))]) {
      const ops = launchOps(applyPasses(plan, ["joinInputGradients"]).programs.training.steps);
      expect(ops).toContain("conv2dFilterGradient+conv2dInputGradient");
      expect(ops).toContain("depthwiseConv2dFilterGradient+depthwiseConv2dInputGradient");
      expect(ops).not.toContain("conv2dInputGradient");
      expect(ops).not.toContain("depthwiseConv2dInputGradient");
    }
  });

  test("mask a gradient where it is made, and store only the masked one", () => {
    const plan = applyPasses(oneMinute, ["joinMasks"]);
    for (const launch of launchesOf(plan.programs.training.steps)) {
      const [, second] = launch;
      if (second?.op !== "activationGradient") continue;
      expect(plan.buffers[second.inputs.dy]).toMatchObject({ unstored: true });
      expect(plan.buffers[second.outputs.dx]?.unstored).toBeUndefined();
    }
    // Only the gradient of the network's last ReLU comes from an operation that a mask cannot join.
    expect(
      launchOps(plan.programs.training.steps).filter((ops) => ops.startsWith("activationG")),
    ).toEqual(["activationGradient+normalizationSums"]);
  });
});

describe("Xception at 94 pixels in batches of 64", () => {
  const compiled = (middleRepeats: number) => {
    const graph = buildXception({ ...notebook.settings, middleRepeats });
    return applyPasses(compilePlan(planOptions(graph, { batchSize: 64 })), PASS_NAMES);
  };

  test.each([
    [3, 1.1e9],
    [8, 1.45e9],
  ])("with %i middle blocks fits %d bytes", (middleRepeats, numBytes) => {
    expect(planBytes(assignMemory(compiled(middleRepeats)))).toBeLessThan(numBytes);
  });

  test("takes fewer than 130 launches a step with three middle blocks", () => {
    expect(launchOps(compiled(3).programs.training.steps).length).toBeLessThan(130);
  });
});
