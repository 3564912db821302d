import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import type { Executor, ExecutorOptions, RestorableExecutor } from "../../exec/executor.ts";
import { analyze } from "../../network/analyze.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { fakeExecutor } from "../loop/fakeRun.ts";
import { executorOptions } from "./executorOptions.ts";
import { measureStep } from "./measureStep.ts";
import { type EngineDoors, selectEngine } from "./selectEngine.ts";

const { settings } = oneMinute;
const options: ExecutorOptions = executorOptions(settings, buildXception(settings));
const executorOf = (
  engine: "tfjs" | "wasm" | "webgpu",
  changes: Partial<Executor> = {},
): Executor => {
  const executor = fakeExecutor();
  return { ...executor, info: { ...executor.info, engine }, ...changes };
};
const silent = () => {};

/** Fakes the milliseconds of a step, by engine. */
const measuring =
  (ms: Readonly<Record<"wasm" | "webgpu", number>>) => async (executor: RestorableExecutor) =>
    executor.info.engine === "wasm" ? ms.wasm : ms.webgpu;
const computesWrongly = new PlaygroundError({
  code: "engine.unavailable",
  where: "WebGPU compiled",
  rule: "it must compute as the reference does",
  remedy: "Choose CPU compiled.",
});

/** Fakes engines whose steps take the given time on the test's clock. */
function timed(msOf: Readonly<Record<"wasm" | "webgpu", (numImages: number) => number>>) {
  let clock = 0;
  const open = (engine: "wasm" | "webgpu") => async () => ({
    executor: executorOf(engine, {
      trainStep: async ({ numImages }) => {
        clock += msOf[engine](numImages);
      },
      writeState: () => {},
    }),
    reason: "",
  });
  return { ways: { openWasm: open("wasm"), openWebgpu: open("webgpu") }, now: () => clock };
}

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
    probeWebgpu: async () => {},
    measureStep: measuring({ wasm: 80, webgpu: 5 }),
    ...changes,
  };
}

const onCard = (changes: Partial<EngineDoors> = {}) =>
  doors({ whyNoGraphicsCard: async () => undefined, ...changes });

describe("the choice of an engine", () => {
  test("Automatic takes the compiled engine where there is no graphics card, and says why", async () => {
    const { executor, reason, fallbacks } = await selectEngine(settings, options, silent, doors());
    expect(executor.info.engine).toBe("wasm");
    expect(reason).toBe(
      "Without a graphics card, the compiled engine on the processor is the fastest. Two threads.",
    );
    expect(fallbacks).toEqual([{ backend: "WebGPU", reason: "this browser has no WebGPU" }]);
  });

  test("Automatic takes WebGPU compiled where a graphics card is faster on this plan, with both times", async () => {
    const { executor, reason, fallbacks } = await selectEngine(settings, options, silent, onCard());
    expect(executor.info.engine).toBe("webgpu");
    expect(reason).toBe(
      "The graphics card is faster here: a step takes 5 ms on it, 80 ms on the processor. One submit.",
    );
    expect(fallbacks).toEqual([]);
  });

  test("Automatic takes CPU compiled where the processor is faster, with both times, and closes the card", async () => {
    const closed: string[] = [];
    const slow = onCard({
      measureStep: measuring({ wasm: 20, webgpu: 31 }),
      openWebgpu: async () => {
        const dispose = () => void closed.push("webgpu");
        return { executor: executorOf("webgpu", { dispose }), reason: "" };
      },
    });
    const { executor, reason, fallbacks } = await selectEngine(settings, options, silent, slow);
    expect(executor.info.engine).toBe("wasm");
    expect(reason).toBe(
      "The processor is faster here: a step takes 20 ms on it, 31 ms on the graphics card. Two threads.",
    );
    expect(fallbacks).toEqual([{ backend: "WebGPU compiled", reason: "31 ms a step, measured" }]);
    expect(closed).toEqual(["webgpu"]);
  });

  test("a network too large to measure on the processor is measured by some of its images", async () => {
    const large = { ...settings, inputSize: 299, width: 1, batchSize: 64 };
    const given = executorOptions(large, buildXception(large));
    const measured: number[] = [];
    const listening = onCard({
      measureStep: async (executor, { batchSize }) => {
        if (executor.info.engine !== "wasm") return 900;
        measured.push(batchSize);
        return 40 + 100 * batchSize;
      },
    });
    const { reason } = await selectEngine(large, given, silent, listening);
    expect(measured).toEqual([1, 2]);
    expect(reason).toMatch(
      /a step takes 900 ms on it, 6.4 s on the processor \(reckoned from steps with 1 and 2 of its 64 images\)/,
    );
  });

  test.each(
    [
      { inputSize: 28, width: 0.25, batchSize: 8 },
      { inputSize: 48, width: 1, batchSize: 16 },
      { inputSize: 94, width: 1, batchSize: 64 },
      { inputSize: 94, width: 2, batchSize: 8 },
      { inputSize: 94, width: 2, batchSize: 128 },
      { inputSize: 299, width: 1, batchSize: 1 },
      { inputSize: 299, width: 1, batchSize: 3 },
      { inputSize: 299, width: 2, batchSize: 16 },
    ].flatMap((network) => [0, 300, 2000].map((fixedMs) => ({ ...network, fixedMs }))),
  )(
    "Automatic takes what is truly faster at $inputSize px, width $width, batch $batchSize, $fixedMs ms of a step not of images",
    async ({ fixedMs, ...changes }) => {
      const given = { ...settings, ...changes };
      const large = executorOptions(given, buildXception(given));
      const msOfImage = (2 * analyze(large.graph).macs) / 1e8;
      const truly = fixedMs + msOfImage * given.batchSize;
      for (const factor of [0.8, 1.25]) {
        const { ways, now } = timed({
          wasm: (numImages) => fixedMs + msOfImage * numImages,
          webgpu: () => factor * truly,
        });
        const clocked = onCard({
          ...ways,
          measureStep: (...given) => measureStep(given[0], given[1], { ...given[2], now }),
        });
        const { executor } = await selectEngine(given, large, silent, clocked);
        expect(executor.info.engine).toBe(factor < 1 ? "webgpu" : "wasm");
      }
    },
  );

  test("an adapter that computes wrongly is passed over by Automatic and refused by hand", async () => {
    const wrong = onCard({ probeWebgpu: () => Promise.reject(computesWrongly) });
    const { executor, fallbacks } = await selectEngine(settings, options, silent, wrong);
    expect(executor.info.engine).toBe("wasm");
    expect(fallbacks).toEqual([{ backend: "WebGPU compiled", reason: computesWrongly.message }]);
    const byHand = { ...settings, engine: "webgpu" } as const;
    await expect(selectEngine(byHand, options, silent, wrong)).rejects.toBe(computesWrongly);
  });

  test("an adapter in software is not measured, and that is said", async () => {
    const software = onCard({
      whyNoGraphicsCard: async () => "its only adapter is in software, so it was not measured",
      measureStep: () => Promise.reject(new Error("never asked")),
    });
    const { executor, fallbacks } = await selectEngine(settings, options, silent, software);
    expect(executor.info.engine).toBe("wasm");
    expect(fallbacks).toEqual([
      { backend: "WebGPU", reason: "its only adapter is in software, so it was not measured" },
    ]);
  });

  test("a card that is lost while it is measured is passed over", async () => {
    const lost = onCard({
      openWebgpu: async () => {
        const deviceLost = Promise.resolve("the driver was reset");
        return { executor: executorOf("webgpu", { deviceLost }), reason: "" };
      },
      measureStep: () => new Promise(() => {}),
    });
    const { executor, fallbacks } = await selectEngine(settings, options, silent, lost);
    expect(executor.info.engine).toBe("wasm");
    expect(fallbacks).toMatchObject([{ reason: expect.stringContaining("the driver was reset") }]);
  });

  test("a card stays chosen where the processor's engine does not run", async () => {
    const alone = onCard({
      openWasm: async () => {
        throw new Error("no SIMD");
      },
    });
    const { executor, reason, fallbacks } = await selectEngine(settings, options, silent, alone);
    expect(executor.info.engine).toBe("webgpu");
    expect(reason).toBe("The graphics card is the one that works here. One submit.");
    expect(fallbacks).toEqual([{ backend: "CPU compiled", reason: "no SIMD" }]);
  });

  test("whoever waits hears what is measured and how many kernels are compiled", async () => {
    const heard: string[] = [];
    const compiling = onCard({
      openWebgpu: async (_options, onProgress) => {
        onProgress?.(12, 80);
        return { executor: executorOf("webgpu"), reason: "" };
      },
    });
    await selectEngine(settings, options, (detail) => heard.push(detail), compiling);
    expect(heard).toEqual([
      "Checking the adapter",
      "Compiling, 12 of 80 kernels",
      "Measuring a step on the graphics card",
      "Measuring a step on the processor",
    ]);
  });

  test.each(["webgpu", "wasm", "tfjs"] as const)(
    "%s can be opened again, as itself",
    async (engine) => {
      const byHand = { ...settings, engine };
      const { reopen } = await selectEngine(byHand, options, silent, doors());
      expect((await reopen?.())?.info.engine).toBe(engine);
    },
  );

  test("Automatic falls back to TensorFlow.js where the kernels do not load", async () => {
    const broken = doors({
      openWasm: async () => {
        throw new Error("no SIMD");
      },
    });
    const { executor, fallbacks } = await selectEngine(settings, options, silent, broken);
    expect(executor.info.engine).toBe("tfjs");
    expect(fallbacks).toEqual([
      { backend: "WebGPU", reason: "this browser has no WebGPU" },
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
    await expect(selectEngine(settings, options, silent, full)).rejects.toMatchObject({
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
    await selectEngine(given, options, silent, listening);
    expect(heard).toEqual([{ threads: 3, reproducible: true }]);
  });

  test("a backend of TensorFlow.js chosen by hand means TensorFlow.js", async () => {
    const given = { ...settings, tfjsBackend: "cpu" } as const;
    const { executor, reason } = await selectEngine(given, options, silent, doors());
    expect(executor.info.engine).toBe("tfjs");
    expect(reason).toBe("tfjs on cpu");
  });

  test("an engine chosen by hand is that or an error", async () => {
    const wasm = { ...settings, engine: "wasm" } as const;
    expect((await selectEngine(wasm, options, silent, doors())).executor.info.engine).toBe("wasm");
    const tfjs = { ...settings, engine: "tfjs" } as const;
    expect((await selectEngine(tfjs, options, silent, doors())).executor.info.engine).toBe("tfjs");
    const webgpu = await selectEngine({ ...settings, engine: "webgpu" }, options, silent, doors());
    expect(webgpu.executor.info.engine).toBe("webgpu");
    expect(webgpu.reason).toBe("WebGPU compiled was chosen by hand. One submit.");
    const broken = doors({
      openWasm: async () => {
        throw new Error("no SIMD");
      },
    });
    await expect(selectEngine(wasm, options, silent, broken)).rejects.toThrow("no SIMD");
  });
});
