import { describe, expect, test } from "vitest";
import { assignMemory, type MemoryPlan, planBytes } from "./assignMemory.ts";
import { type Lifetime, type PlanBuffer, PROGRAM_NAMES, type ProgramName } from "./buffers.ts";
import { compilePlan, compileProgram } from "./compilePlan.ts";
import { launchesOf, loadsOf } from "./marks.ts";
import { applyPasses, PASS_NAMES } from "./passes/registry.ts";
import { allPlanOptions, oneMinuteNetwork, planOptions } from "./planCases.ts";
import { writesOf } from "./step.ts";
import type { Plan, TrainingPlan } from "./trainingPlan.ts";

const plans = allPlanOptions()
  .map(compilePlan)
  .flatMap((plan) => [plan, applyPasses(plan, PASS_NAMES)]);

function overlap(memory: MemoryPlan, a: PlanBuffer, b: PlanBuffer): boolean {
  const [first, second] = [memory.places[a.id], memory.places[b.id]];
  return (
    first !== undefined &&
    second !== undefined &&
    first.arena === second.arena &&
    first.offsetBytes < second.offsetBytes + second.sizeBytes &&
    second.offsetBytes < first.offsetBytes + first.sizeBytes
  );
}

/** Maps each step, by program and index, to the number of its launch. */
function launchNumbers(plan: TrainingPlan): ReadonlyMap<string, number> {
  return new Map(
    PROGRAM_NAMES.flatMap((program) =>
      launchesOf(plan.programs[program].steps)
        .flatMap((launch, number) => launch.map(() => number))
        .map((number, index): [string, number] => [`${program} ${index}`, number]),
    ),
  );
}

/** Finds pairs of buffers that are live at the same time and share memory, except the input and output of an in-place step. */
function clashes(plan: TrainingPlan, memory: MemoryPlan, inPlace: boolean): readonly string[] {
  const stored = plan.buffers.filter(({ viewOf }) => viewOf === undefined);
  const launches = launchNumbers(plan);
  const inOneLaunch = (ending: Lifetime | undefined, starting: Lifetime | undefined) =>
    ending !== undefined &&
    starting !== undefined &&
    launches.get(`${ending.program} ${ending.last}`) ===
      launches.get(`${starting.program} ${starting.first}`);
  return stored.flatMap((a, index) =>
    stored.slice(index + 1).flatMap((b) => {
      if (!overlap(memory, a, b)) return [];
      const [one, two] = [a.lifetime, b.lifetime];
      const together =
        one === undefined ||
        two === undefined ||
        (one.program === two.program && one.first <= two.last && two.first <= one.last);
      const handedOver = inPlace && (inOneLaunch(one, two) || inOneLaunch(two, one));
      return together && !handedOver ? [`${a.id} ${a.label} and ${b.id} ${b.label}`] : [];
    }),
  );
}

describe("the memory plan", () => {
  test.each([true, false])("never gives two buffers in use one place (in place: %s)", (inPlace) => {
    for (const plan of plans)
      expect(clashes(plan, assignMemory(plan, { inPlace }), inPlace)).toEqual([]);
  });

  test("aligns every buffer and stays within its arenas", () => {
    for (const plan of plans) {
      const memory = assignMemory(plan);
      for (const { arena, offsetBytes, sizeBytes } of memory.places) {
        expect(offsetBytes % 64).toBe(0);
        expect(offsetBytes + sizeBytes).toBeLessThanOrEqual(memory.arenaBytes[arena]);
      }
    }
  });

  test("lays gradients and the optimiser's vectors out as the weights", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork()));
    const memory = assignMemory(plan);
    const offset = (id = -1) => memory.places[id]?.offsetBytes;
    const half = memory.arenaBytes.optimizerState / 2;
    for (const { value, gradient, slots } of plan.parameters) {
      if (gradient === undefined) continue;
      expect(offset(gradient)).toBe(offset(value));
      expect(offset(slots.momentum)).toBe(offset(value));
      expect(offset(slots.velocity)).toBe(half + (offset(value) ?? 0));
    }
    expect(half).toBe(memory.arenaBytes.gradients);
  });

  test("lays the batch's statistics out as the moving ones that follow them", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork(), { frozenLayers: 12 }));
    const memory = assignMemory(plan);
    const averages = plan.programs.training.steps.flatMap((step) =>
      step.op === "movingAverage" ? step : [],
    );
    const offsets = (ids: readonly number[]) => ids.map((id) => memory.places[id]?.offsetBytes);
    expect(averages).toHaveLength(1);
    for (const { inputs, updates } of averages)
      expect(offsets(inputs.batch)).toEqual(offsets(updates.moving));
  });

  test("gives what outlives a program one place, whichever program and batch size it is", () => {
    const kept = new Set(["parameters", "movingStatistics", "optimizerState", "gradients"]);
    const options = planOptions(oneMinuteNetwork(), { frozenLayers: 12 });
    const places = (plan: Plan) =>
      assignMemory(plan).places.filter(
        ({ arena }, id) =>
          kept.has(arena) ||
          [plan.metrics, plan.inputs.learningRate, plan.inputs.step].includes(id),
      );
    const expected = places(compilePlan(options));
    for (const name of PROGRAM_NAMES)
      expect(places(compileProgram({ ...options, batchSize: 5 }, name))).toEqual(expected);
  });

  test("of an evaluation alone needs less than half of a training step", () => {
    const bytes = (name: ProgramName) => {
      const options = planOptions(oneMinuteNetwork(), { batchSize: 64 });
      return planBytes(assignMemory(applyPasses(compileProgram(options, name), PASS_NAMES)));
    };
    expect(bytes("evaluation")).toBeLessThan(bytes("training") / 2);
  });

  test("needs less than half of what every buffer for itself would", () => {
    const plan = compilePlan(planOptions(oneMinuteNetwork(), { batchSize: 64 }));
    const memory = assignMemory(plan);
    const apart = memory.places.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    expect(planBytes(memory)).toBeLessThan(apart / 2);
    expect(planBytes(memory)).toBeLessThanOrEqual(
      planBytes(assignMemory(plan, { inPlace: false })),
    );
  });

  test("shares a place within a launch between operands of one elementwise step only", () => {
    const elementwise = new Set([
      "activation",
      "activationGradient",
      "activationGradientFromInput",
      "add",
      "dropout",
      "dropoutGradient",
      "normalize",
      "normalizationGradient",
      "multiply",
      "prelu",
      "preluInputGradient",
      "preluAlphaTerms",
    ]);
    for (const plan of plans) {
      const { places } = assignMemory(plan);
      const offsets = (ids: readonly number[]) =>
        ids.flatMap((id) => {
          const place = places[id];
          return place?.arena === "transient" && place.sizeBytes > 0 ? place.offsetBytes : [];
        });
      for (const { steps } of PROGRAM_NAMES.map((name) => plan.programs[name])) {
        const loads = loadsOf(steps);
        for (const launch of launchesOf(steps)) {
          for (const step of launch) {
            const written = new Set(offsets(writesOf(step)));
            const sharing = launch.filter((other) =>
              offsets(loads(other).filter((id) => !writesOf(step).includes(id))).some((offset) =>
                written.has(offset),
              ),
            );
            expect(sharing.every((other) => other === step)).toBe(true);
            if (sharing.length > 0) expect(elementwise).toContain(step.op);
          }
        }
      }
    }
  });
});
