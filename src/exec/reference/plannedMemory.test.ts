/**
 * Runs plans as an executor with fusion does: in the memory that `assignMemory` plans, with unstored buffers kept only while
 * their launch runs, and with inline steps computed when they are read. Marks, lifetimes and memory plan together must leave
 * every bit unchanged.
 */
import { describe, expect, test } from "vitest";
import { randomStream } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { assignMemory, type MemoryPlan } from "../../plan/assignMemory.ts";
import { type BufferId, bufferAt, type ProgramName, storageOf } from "../../plan/buffers.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { launchesOf } from "../../plan/marks.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions } from "../../plan/planCases.ts";
import type { PlanOptions } from "../../plan/planOptions.ts";
import { readsOf, type Step, writesOf } from "../../plan/step.ts";
import { programOf, type TrainingPlan } from "../../plan/trainingPlan.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { NetworkSettings } from "../../settings/settings.ts";
import { CONFORMANCE_CASES } from "../conformance/cases.ts";
import type { Memory } from "./kernel.ts";
import { runStep } from "./kernels.ts";
import { ReferenceProgram } from "./referenceProgram.ts";

/** Holds one float64 for each four bytes of the plan. */
class PlannedMemory {
  readonly plan: TrainingPlan;
  readonly #memory: MemoryPlan;
  readonly #arenas: ReadonlyMap<string, Float64Array>;
  /** Buffers of the running launch. */
  readonly #unstored = new Map<BufferId, Float64Array>();

  constructor(plan: TrainingPlan, inPlace: boolean) {
    this.plan = plan;
    this.#memory = assignMemory(plan, { inPlace });
    this.#arenas = new Map(
      Object.entries(this.#memory.arenaBytes).map(([name, bytes]) => [
        name,
        // Memory that was never written must not be read, so it is NaN.
        new Float64Array(bytes / 4).fill(name === "transient" ? Number.NaN : 0),
      ]),
    );
  }

  values(id: BufferId): Float64Array {
    const storage = storageOf(this.plan.buffers, id);
    const kept = this.#unstored.get(storage);
    if (kept !== undefined) return kept;
    const { unstored, label } = bufferAt(this.plan.buffers, storage);
    const place = this.#memory.places[storage];
    const arena = this.#arenas.get(place?.arena ?? "");
    if (unstored || place === undefined || arena === undefined)
      throw new RangeError(`${label} is stored nowhere`);
    return arena.subarray(place.offsetBytes / 4, (place.offsetBytes + place.sizeBytes) / 4);
  }

  run(program: ProgramName): void {
    const { steps } = this.plan.programs[program];
    const inline = new Map(
      steps.flatMap((step) =>
        step.inline ? writesOf(step).map((id): [BufferId, Step] => [id, step]) : [],
      ),
    );
    for (const launch of launchesOf(steps)) {
      for (const step of launch) {
        if (!step.inline) this.#runStep(step, inline);
      }
      this.#unstored.clear();
    }
  }

  /** Reads everything before it writes, as elementwise kernels do for each element. */
  #runStep(step: Step, inline: ReadonlyMap<BufferId, Step>): void {
    for (const id of readsOf(step)) {
      const source = inline.get(id);
      if (source !== undefined) this.#runStep(source, inline);
    }
    const written = new Map(
      writesOf(step).map((id) => [id, new Float64Array(sizeOf(this.#shape(id)))]),
    );
    const values = (id: BufferId) => written.get(id) ?? this.values(id);
    const memory: Memory = {
      values,
      shape: (id) => this.#shape(id),
    };
    runStep(step, memory);
    for (const [id, result] of written) {
      if (bufferAt(this.plan.buffers, id).unstored) this.#unstored.set(id, result);
      else this.values(id).set(result);
    }
  }

  #shape(id: BufferId) {
    return bufferAt(this.plan.buffers, id).shape;
  }
}

function smallXception(changes: Partial<NetworkSettings> = {}): PlanOptions {
  const narrow = {
    inputSize: 12,
    width: 0.0625,
    middleRepeats: 1,
    exitFilters: [128, 128, 96, 96],
  } as const;
  return planOptions(buildXception({ ...oneMinute.settings, ...narrow, ...changes }));
}

/** Only small plans, because four machines replay each. The conformance cases hold every pair that can be joined. */
const CASES: readonly PlanOptions[] = [
  smallXception(),
  { ...smallXception(), frozenLayers: 12 },
  smallXception({ bias: true, batchNormScale: false, intermediateActivation: "elu" }),
  smallXception({ convolution: "ordinary", batchNormCenter: false, residualBatchNorm: false }),
  smallXception({ convolution: "pointwise-first", intermediateActivation: "relu" }),
  ...CONFORMANCE_CASES.map(({ options }) => options).filter(
    ({ graph }) => graph.name !== "xception",
  ),
];

const PROGRAMS = ["training", "evaluation", "prediction"] as const;

/** Returns the results of a step and an inference: weights, statistics, gradients, the optimiser's vectors, outputs. */
function numbersAfter(
  options: PlanOptions,
  machine: Pick<ReferenceProgram, "plan" | "values"> & { run(program: ProgramName): void },
): ReadonlyMap<string, Float64Array> {
  const { plan } = machine;
  const initial = initialWeights(options.graph, 3);
  for (const { path, value } of plan.parameters) machine.values(value).set(initial.get(path) ?? []);
  const random = randomStream(1, "images");
  const images = machine.values(plan.inputs.images);
  for (const at of images.keys()) images[at] = random.nextFloat() - 0.5;
  machine.values(plan.inputs.learningRate)[0] = 0.01;
  const parameters = plan.parameters.flatMap(({ value, gradient, slots }) => [
    value,
    ...Object.values(slots),
    ...(gradient === undefined ? [] : [gradient]),
  ]);
  return new Map(
    PROGRAMS.flatMap((program) => {
      machine.run(program);
      const results = Object.values<BufferId>({ ...programOf(plan, program).results });
      const read = program === "training" ? [...parameters, plan.metrics, ...results] : results;
      return read.map((id): [string, Float64Array] => [
        `${program} ${bufferAt(plan.buffers, id).label}`,
        machine.values(id).slice(),
      ]);
    }),
  );
}

/** Returns the names of what differs in any bit, so that a failure of thousands of numbers stays readable. */
function differences(
  actual: ReadonlyMap<string, Float64Array>,
  expected: ReadonlyMap<string, Float64Array>,
): readonly string[] {
  return [...expected].flatMap(([name, values]) => {
    const found = actual.get(name);
    const same = values.every((value, at) => Object.is(found?.[at], value));
    return same && found?.length === values.length ? [] : [name];
  });
}

describe("a plan in its planned memory computes the same to the bit", () => {
  test.each(CASES.map((options, index) => ({ options, name: `${index}, ${options.graph.name}` })))(
    "as case $name, plain and fused, in place and not",
    ({ options }) => {
      const plan = compilePlan(options);
      const fused = applyPasses(plan, PASS_NAMES);
      const expected = numbersAfter(options, new ReferenceProgram(plan));
      for (const [given, inPlace] of [
        [plan, true],
        [fused, true],
        [fused, false],
      ] as const)
        expect(
          differences(numbersAfter(options, new PlannedMemory(given, inPlace)), expected),
        ).toEqual([]);
    },
  );

  test.each(PASS_NAMES)("with %s alone", (name) => {
    const options = smallXception();
    const plan = compilePlan(options);
    const expected = numbersAfter(options, new ReferenceProgram(plan));
    const marked = new PlannedMemory(applyPasses(plan, [name]), true);
    expect(differences(numbersAfter(options, marked), expected)).toEqual([]);
  });
});
