/** Makes records of runs for tests and benches. */
import { recipeById } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import { runName } from "./runName.ts";
import {
  type Curve,
  RECORD_VERSION,
  type RunBody,
  type RunHead,
  type RunRecord,
  sizeOf,
} from "./runRecord.ts";

export interface MadeRun {
  readonly id: string;
  readonly changes?: Partial<Settings>;
  readonly head?: Partial<RunHead>;
  readonly numPoints?: number;
}

const CLASSES = ["Shirt", "Boot", "Bag"];

/** Makes a finished run whose curves and matrices fit its figures. */
export function madeRecord({ id, changes = {}, head = {}, numPoints = 4 }: MadeRun): RunRecord {
  const settings = { ...recipeById("one-minute").settings, ...changes };
  const steps = Float64Array.from({ length: numPoints }, (_, index) => 10 * (index + 1));
  const last = steps.at(-1) ?? 0;
  const curve: Curve = {
    steps,
    losses: steps.map((step) => 100 / (step + 40)),
    accuracies: steps.map((step) => step / (step + 40)),
  };
  const body: RunBody = {
    id,
    classes: CLASSES,
    training: curve,
    validation: curve,
    clock: {
      steps,
      trainMs: steps.map((step) => 5 * step),
      learningRates: steps.map(() => settings.learningRate),
    },
    matrices: [
      {
        step: 10,
        source: "validation",
        numImages: 9,
        counts: Uint32Array.of(1, 2, 0, 1, 2, 0, 0, 0, 3),
      },
      {
        step: last,
        source: "test",
        numImages: 9,
        counts: Uint32Array.of(3, 0, 0, 1, 2, 0, 0, 0, 3),
      },
    ],
  };
  const point = {
    step: last,
    loss: curve.losses.at(-1) ?? 0,
    accuracy: curve.accuracies.at(-1) ?? 0,
  };
  return {
    body,
    head: {
      version: RECORD_VERSION,
      id,
      kind: "run",
      group: null,
      name: runName("one-minute", settings),
      ownName: "",
      recipeId: "one-minute",
      settings,
      startedAt: 1_700_000_000_000,
      updatedAt: 1_700_000_060_000,
      outcome: "finished",
      error: "",
      ending: "",
      engine: { engine: "wasm", label: "CPU, compiled", device: "WebAssembly", backend: "wasm" },
      machine: { browser: "A browser", cores: 4, memoryGb: 8 },
      program: "0.1.0",
      data: "Three things",
      remarks: [],
      notes: "",
      tags: [],
      pinned: false,
      deletedAt: null,
      plan: { totalSteps: last, stepsPerEpoch: 20, batchSize: 32, numTrain: 640, numValidation: 9 },
      costs: { parameters: 1000, macs: 2000 },
      figures: {
        step: last,
        trainMs: 5 * last,
        training: point,
        validation: point,
        best: point,
        test: { ...point, numImages: 9 },
      },
      sizeBytes: sizeOf(body),
      ...head,
    },
  };
}
