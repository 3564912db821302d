import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import type { Executor, ExecutorOptions } from "../exec/executor.ts";
import { createReferenceExecutor } from "../exec/reference/referenceExecutor.ts";
import { buildXception } from "../spec/networks/xception.ts";
import { oneMinute } from "../spec/recipes/oneMinute.ts";
import type { Settings } from "../spec/settings.ts";
import { executorOptions } from "./executorOptions.ts";
import { type EngineDoors, selectEngine } from "./selectEngine.ts";

const { settings } = oneMinute;
const options: ExecutorOptions = executorOptions(settings, buildXception(settings));
const executorOf = (engine: "tfjs" | "wasm" | "webgpu"): Executor => {
  const executor = createReferenceExecutor({ ...options, batchSize: 1 });
  return Object.create(executor, { info: { value: { ...executor.info, engine } } });
};

function doors(changes: Partial<EngineDoors> = {}): EngineDoors {
  return {
    whyNoGraphicsCard: async () => "this browser has no WebGPU",
    openTfjs: async (_options, backend) => ({
      executor: executorOf("tfjs"),
      reason: `tfjs on ${backend}`,
      fallbacks: [{ backend: "webgl", reason: "no context" }],
    }),
    openWasm: async () => ({ executor: executorOf("wasm"), reason: "Two threads." }),
    openWebgpu: async () => ({ executor: executorOf("webgpu"), reason: "One submit." }),
    ...changes,
  };
}

describe("the choice of an engine", () => {
  test("Automatic takes the compiled engine where there is no graphics card, and says why", async () => {
    const { executor, reason, fallbacks } = await selectEngine(settings, options, doors());
    expect(executor.info.engine).toBe("wasm");
    expect(reason).toBe(
      "Without a graphics card, the compiled engine on the processor is the fastest. Two threads.",
    );
    expect(fallbacks).toEqual([{ backend: "WebGPU", reason: "this browser has no WebGPU" }]);
  });

  test("Automatic takes TensorFlow.js where there is one", async () => {
    const withCard = doors({ whyNoGraphicsCard: async () => undefined });
    const { executor } = await selectEngine(settings, options, withCard);
    expect(executor.info.engine).toBe("tfjs");
  });

  test("Automatic falls back to TensorFlow.js where the kernels do not load", async () => {
    const broken = doors({
      openWasm: async () => {
        throw new Error("no SIMD");
      },
    });
    const { executor, fallbacks } = await selectEngine(settings, options, broken);
    expect(executor.info.engine).toBe("tfjs");
    expect(fallbacks).toEqual([
      { backend: "CPU compiled", reason: "no SIMD" },
      { backend: "webgl", reason: "no context" },
    ]);
  });

  test("Automatic does not try TensorFlow.js with what is too large for the compiled engine", async () => {
    const full = doors({
      openWasm: async () => {
        throw new PlaygroundError({
          code: "engine.out-of-memory",
          where: "CPU compiled",
          rule: "a plan must fit",
          remedy: "Choose smaller batches.",
        });
      },
    });
    await expect(selectEngine(settings, options, full)).rejects.toMatchObject({
      code: "engine.out-of-memory",
    });
  });

  test("the compiled engine hears what the settings say of threads and bits", async () => {
    const heard: Pick<Settings, "threads" | "reproducible">[] = [];
    const listening = doors({
      openWasm: async (_options, { threads, reproducible }) => {
        heard.push({ threads, reproducible });
        return { executor: executorOf("wasm"), reason: "" };
      },
    });
    const given = { ...settings, engine: "wasm", threads: 3, reproducible: true } as const;
    await selectEngine(given, options, listening);
    expect(heard).toEqual([{ threads: 3, reproducible: true }]);
  });

  test("a backend of TensorFlow.js chosen by hand means TensorFlow.js", async () => {
    const given = { ...settings, tfjsBackend: "cpu" } as const;
    const { executor, reason } = await selectEngine(given, options, doors());
    expect(executor.info.engine).toBe("tfjs");
    expect(reason).toBe("tfjs on cpu");
  });

  test("an engine chosen by hand is that or an error", async () => {
    const wasm = { ...settings, engine: "wasm" } as const;
    expect((await selectEngine(wasm, options, doors())).executor.info.engine).toBe("wasm");
    const tfjs = { ...settings, engine: "tfjs" } as const;
    expect((await selectEngine(tfjs, options, doors())).executor.info.engine).toBe("tfjs");
    const webgpu = await selectEngine({ ...settings, engine: "webgpu" }, options, doors());
    expect(webgpu.executor.info.engine).toBe("webgpu");
    expect(webgpu.reason).toBe("WebGPU compiled was chosen by hand. One submit.");
    const broken = doors({
      openWasm: async () => {
        throw new Error("no SIMD");
      },
    });
    await expect(selectEngine(wasm, options, broken)).rejects.toThrow("no SIMD");
  });
});
