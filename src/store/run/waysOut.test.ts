import { describe, expect, test } from "vitest";
import type { ErrorCode, ErrorContext } from "../../core/errors.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { runAfter, startedRun } from "./runState.ts";
import { waysOut } from "./waysOut.ts";

const { settings } = recipeById("one-minute");
const runId = "a";

const chosen = (engine: "tfjs" | "wasm"): WorkerEvent => ({
  type: "engine.chosen",
  runId,
  engine,
  label: engine,
  device: "",
  backend: engine,
  reason: "",
  fallbacks: [],
});

function failed(
  code: ErrorCode,
  {
    engine,
    changes = {},
    context = {},
  }: {
    readonly engine?: "tfjs" | "wasm";
    readonly changes?: Partial<Settings>;
    readonly context?: ErrorContext;
  } = {},
) {
  const started = startedRun(runId, { ...settings, ...changes });
  const failure: WorkerEvent = {
    type: "run.failed",
    runId,
    step: 0,
    error: { code, message: "It failed.", context },
  };
  return waysOut([...(engine ? [chosen(engine)] : []), failure].reduce(runAfter, started));
}

const tfjs = {
  label: "Start again on TensorFlow.js",
  changes: { engine: "tfjs", tfjsBackend: "automatic" },
};
const wasm = {
  label: "Start again on CPU compiled",
  changes: { engine: "wasm", tfjsBackend: "automatic" },
};

describe("the ways out of a failed run", () => {
  test("are none before a run and while it goes well", () => {
    expect(waysOut(startedRun(runId, settings))).toEqual([]);
    expect(waysOut(runAfter(startedRun(runId, settings), chosen("wasm")))).toEqual([]);
  });

  test("lead to the processor where WebGPU compiled fails while it is opened", () => {
    const context = { engine: "webgpu", setting: "engine" };
    const changes = { engine: "webgpu" } as const;
    for (const code of ["internal", "engine.unavailable", "engine.device-lost"] as const)
      expect(failed(code, { changes, context })).toEqual([wasm]);
  });

  test("lead to the engine that did not fail", () => {
    expect(failed("engine.device-lost", { engine: "wasm" })).toEqual([tfjs]);
    expect(failed("internal", { engine: "wasm" })).toEqual([tfjs]);
    expect(failed("network.shape-mismatch", { engine: "wasm" })).toEqual([tfjs]);
    expect(failed("engine.device-lost", { engine: "tfjs" })).toEqual([wasm]);
  });

  test("halve the batch first where memory was too small, down to one image", () => {
    const halved = { label: "Start again with batches of 32", changes: { batchSize: 32 } };
    expect(failed("engine.out-of-memory", { engine: "wasm" })).toEqual([halved, tfjs]);
    const changes = { batchSize: 1 };
    expect(failed("engine.out-of-memory", { engine: "wasm", changes })).toEqual([tfjs]);
    const context = { engine: "webgpu", setting: "width" };
    expect(failed("engine.out-of-memory", { context })).toEqual([wasm]);
  });

  test("know the engine that failed before it was chosen", () => {
    expect(failed("engine.unavailable", { changes: { engine: "wasm" } })).toEqual([tfjs]);
    expect(failed("engine.unavailable", { changes: { engine: "tfjs" } })).toEqual([wasm]);
    expect(failed("engine.unavailable")).toEqual([wasm]);
    expect(failed("engine.unavailable", { context: { engine: "wasm" } })).toEqual([tfjs]);
  });

  test("lower the learning rate where the loss is no number, to one that is easily read", () => {
    const ways = failed("run.diverged", { engine: "wasm", changes: { learningRate: 0.0031 } });
    expect(ways).toEqual([
      {
        label: "Start again with a learning rate of 0.00031",
        changes: { learningRate: 0.00031 },
      },
      tfjs,
    ]);
  });

  test("are none where every engine would fail", () => {
    expect(failed("data.unreachable", { engine: "wasm" })).toEqual([]);
    expect(failed("setting.invalid")).toEqual([]);
  });
});
