/**
 * Which engine a run gets, and why. An engine loads only when it is chosen. Automatic: TensorFlow.js where WebGPU
 * gives a graphics card; else the compiled engine on the processor, which needs none; else TensorFlow.js as it can.
 */
import type { Executor, ExecutorOptions } from "../exec/executor.ts";
import { whyNoGraphicsCard } from "../exec/graphicsCard.ts";
import type { Settings, TfjsBackendChoice } from "../spec/settings.ts";
import type { ChosenEngine } from "./prepareRun.ts";

/** The ways in to the engines; the terminal has others, tests have stand-ins. */
export interface EngineDoors {
  readonly whyNoGraphicsCard: () => Promise<string | undefined>;
  readonly openTfjs: (
    options: ExecutorOptions,
    backend: TfjsBackendChoice,
  ) => Promise<ChosenEngine>;
  readonly openWasm: (options: ExecutorOptions) => Promise<Executor>;
}

const DOORS: EngineDoors = {
  whyNoGraphicsCard,
  openTfjs: async (options, backend) => {
    const { createTfjsExecutor } = await import("../exec/tfjs/createTfjsExecutor.ts");
    return createTfjsExecutor({ options, backend });
  },
  openWasm: async (options) => {
    const { openWasmExecutor } = await import("../exec/wasm/openWasmExecutor.ts");
    return openWasmExecutor(options, { threads: 0, reproducible: false });
  },
};

/**
 * @param ways in that differ from those of the page.
 * @throws PlaygroundError `engine.unavailable`, `engine.unsupported` or `engine.out-of-memory`
 */
export async function selectEngine(
  settings: Settings,
  options: ExecutorOptions,
  ways: Partial<EngineDoors> = {},
): Promise<ChosenEngine> {
  const doors = { ...DOORS, ...ways };
  if (settings.engine === "wasm") {
    const executor = await doors.openWasm(options);
    return { executor, reason: "CPU compiled was chosen by hand.", fallbacks: [] };
  }
  // Whoever chose a backend of TensorFlow.js wants TensorFlow.js.
  const byHand = settings.engine === "tfjs" || settings.tfjsBackend !== "automatic";
  const whyNot = byHand ? undefined : await doors.whyNoGraphicsCard();
  if (whyNot === undefined) return doors.openTfjs(options, settings.tfjsBackend);

  const noCard = { backend: "WebGPU", reason: whyNot };
  try {
    return {
      executor: await doors.openWasm(options),
      reason: "Without a graphics card, the compiled engine on the processor is the fastest.",
      fallbacks: [noCard],
    };
  } catch (error) {
    const failed = {
      backend: "CPU compiled",
      reason: error instanceof Error ? error.message : String(error),
    };
    const { executor, reason, fallbacks } = await doors.openTfjs(options, settings.tfjsBackend);
    return { executor, reason, fallbacks: [failed, ...fallbacks] };
  }
}
