/**
 * Which engine a run gets, and why. An engine loads only when it is chosen. Automatic: TensorFlow.js where WebGPU
 * gives a graphics card; else the compiled engine on the processor, which needs none; else TensorFlow.js as it can.
 * WebGPU compiled has not been measured on a graphics card yet: it runs where it is chosen by hand.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { ExecutorOptions } from "../exec/executor.ts";
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
  readonly openWasm: (
    options: ExecutorOptions,
    wishes: Pick<Settings, "threads" | "reproducible">,
  ) => Promise<Pick<ChosenEngine, "executor" | "reason">>;
  readonly openWebgpu: (
    options: ExecutorOptions,
  ) => Promise<Pick<ChosenEngine, "executor" | "reason">>;
}

const DOORS: EngineDoors = {
  whyNoGraphicsCard,
  openTfjs: async (options, backend) => {
    const { createTfjsExecutor } = await import("../exec/tfjs/createTfjsExecutor.ts");
    return createTfjsExecutor({ options, backend });
  },
  openWasm: async (options, wishes) => {
    const { openWasmExecutor } = await import("../exec/wasm/openWasmExecutor.ts");
    return openWasmExecutor(options, wishes);
  },
  openWebgpu: async (options) => {
    const { openWebgpuExecutor } = await import("../exec/webgpu/openWebgpuExecutor.ts");
    return openWebgpuExecutor(options);
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
  const openWasm = async (why: string, fallbacks: ChosenEngine["fallbacks"]) => {
    const { executor, reason } = await doors.openWasm(options, settings);
    return { executor, reason: `${why} ${reason}`, fallbacks };
  };
  if (settings.engine === "wasm") return openWasm("CPU compiled was chosen by hand.", []);
  if (settings.engine === "webgpu") {
    const { executor, reason } = await doors.openWebgpu(options);
    return { executor, reason: `WebGPU compiled was chosen by hand. ${reason}`, fallbacks: [] };
  }
  // Whoever chose a backend of TensorFlow.js wants TensorFlow.js.
  const byHand = settings.engine === "tfjs" || settings.tfjsBackend !== "automatic";
  const whyNot = byHand ? undefined : await doors.whyNoGraphicsCard();
  if (whyNot === undefined) return doors.openTfjs(options, settings.tfjsBackend);

  try {
    return await openWasm(
      "Without a graphics card, the compiled engine on the processor is the fastest.",
      [{ backend: "WebGPU", reason: whyNot }],
    );
  } catch (error) {
    if (stopsEveryEngine(error)) throw error;
    const failed = {
      backend: "CPU compiled",
      reason: error instanceof Error ? error.message : String(error),
    };
    const { executor, reason, fallbacks } = await doors.openTfjs(options, settings.tfjsBackend);
    return { executor, reason, fallbacks: [failed, ...fallbacks] };
  }
}

/** What does not fit the compiled engine's memory fits TensorFlow.js' even less; and no engine mends a network. */
function stopsEveryEngine(error: unknown): boolean {
  if (!(error instanceof PlaygroundError)) return false;
  return error.code === "engine.out-of-memory" || error.code.startsWith("network.");
}
