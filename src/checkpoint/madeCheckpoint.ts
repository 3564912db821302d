/** Checkpoints of made-up numbers, for tests. */

import { RECIPES } from "../settings/recipes/registry.ts";
import { steeredOf } from "../settings/steering.ts";
import type { Checkpoint, CheckpointSummary } from "./checkpoint.ts";

export function madeCheckpoint(
  step: number,
  changes: Partial<CheckpointSummary> = {},
  vectors: ReadonlyMap<string, Float32Array | Float64Array> = new Map<
    string,
    Float32Array | Float64Array
  >([
    ["block1/kernel", Float32Array.from({ length: 3000 }, (_, at) => at / step)],
    ["block1/kernel/m", Float64Array.of(0.1, Number.NaN, step)],
  ]),
): Checkpoint {
  const settings = RECIPES[0]?.settings;
  if (settings === undefined) throw new Error("there is no recipe");
  return {
    summary: {
      runId: "run-made",
      recipe: "one-minute",
      step,
      totalSteps: 100,
      savedAt: 1_700_000_000_000 + step,
      isFinished: false,
      program: "0.1.0",
      lanes: [{ runId: "run-made", settings }],
      ...changes,
    },
    cursor: { pass: 1, batch: step },
    isSettled: true,
    data: "starter",
    changes: [{ step: 0, settings: steeredOf(settings) }],
    lanes: [
      {
        state: { step, vectors: new Map(vectors) },
        engine: "wasm",
        backend: "wasm",
        best: {
          ...{ step, loss: 0.5, accuracy: 0.75, numImages: 100 },
          weights: new Map([["block1/kernel", Float32Array.of(1, 2, 3)]]),
        },
        measured: { validation: null, test: null },
        trainMs: 12.5,
        statistics: { recent: [{ numCorrect: 3, numImages: 8 }], random: [1, -2, 3, 4] },
        history: {
          points: Float64Array.of(1, 2.3, 0.1),
          progress: null,
          events: [{ type: "epoch.completed", runId: "run-made", epoch: 1, step }],
        },
        failure: null,
      },
    ],
  };
}
