/**
 * Selects the engine of a run and says why. An engine loads only when it is chosen or measured. Automatic prefers WebGPU
 * compiled when a graphics card computes correctly and takes a step of this network faster than the processor. Otherwise it
 * takes CPU compiled, which needs no graphics card, and then TensorFlow.js. An engine chosen by hand is used, or the selection
 * fails.
 */

import { messageOf, PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import { formatCount, formatDuration } from "../../core/units.ts";
import { whyNoGraphicsCard } from "../../exec/device/graphicsAdapter.ts";
import type {
  Executor,
  ExecutorInfo,
  ExecutorOptions,
  RestorableExecutor,
} from "../../exec/executor.ts";
import type { Settings, TfjsBackendChoice } from "../../settings/settings.ts";
import type { ChosenEngine, TellPhase } from "../loop/prepareRun.ts";
import { createThrottle } from "../loop/progressThrottle.ts";
import { guardExecutor } from "./deviceLost.ts";
import {
  type MeasuredSize,
  type MeasuringWishes,
  measureStep,
  sizesToMeasure,
  stepOfBatch,
} from "./measureStep.ts";
import { createProbe, type OpenExecutor } from "./probeEngine.ts";

type Opened = Pick<ChosenEngine, "executor" | "reason">;
type Fallbacks = ChosenEngine["fallbacks"];
type CompileProgress = (done: number, total: number) => void;

/** The functions that open the engines. The terminal passes others, and tests pass fakes. */
export interface EngineDoors {
  readonly whyNoGraphicsCard: () => Promise<string | undefined>;
  readonly openTfjs: (
    options: ExecutorOptions,
    backend: TfjsBackendChoice,
  ) => Promise<ChosenEngine>;
  readonly openWasm: (
    options: ExecutorOptions,
    wishes: Pick<Settings, "threads" | "reproducible">,
  ) => Promise<Opened>;
  /** Without wishes it uses the default kernel variants, unmeasured. */
  readonly openWebgpu: (
    options: ExecutorOptions,
    onProgress?: CompileProgress,
    wishes?: Pick<Settings, "reproducible">,
  ) => Promise<Opened & { readonly executor: Executor }>;
  /** @throws PlaygroundError for an adapter that computes wrong results. */
  readonly probeWebgpu: (open: OpenExecutor) => Promise<void>;
  /** Returns the milliseconds of a step. */
  readonly measureStep: (
    executor: RestorableExecutor,
    options: ExecutorOptions,
    wishes?: MeasuringWishes,
  ) => Promise<number>;
}

const DOORS: EngineDoors = {
  whyNoGraphicsCard,
  openTfjs: async (options, backend) => {
    const { createTfjsExecutor } = await import("../../exec/tfjs/createTfjsExecutor.ts");
    return createTfjsExecutor({ options, backend });
  },
  openWasm: async (options, wishes) => {
    const { openWasmExecutor } = await import("../../exec/wasm/openWasmExecutor.ts");
    return openWasmExecutor(options, wishes);
  },
  openWebgpu: async (options, onProgress, wishes) => {
    const { openWebgpuExecutor } = await import("../../exec/webgpu/openWebgpuExecutor.ts");
    return openWebgpuExecutor(options, onProgress, wishes);
  },
  probeWebgpu: createProbe(),
  measureStep,
};

/**
 * @param tell is called with a line on what is being done.
 * @param ways replaces some of the page's functions that open engines.
 * @throws PlaygroundError `engine.unavailable`, `engine.unsupported` or `engine.out-of-memory`
 */
export async function selectEngine(
  settings: Settings,
  options: ExecutorOptions,
  tell: TellPhase = () => {},
  ways: Partial<EngineDoors> = {},
): Promise<ChosenEngine> {
  const opening = createOpening(settings, options, tell, { ...DOORS, ...ways });
  if (settings.engine === "wasm") return opening.wasm("CPU compiled was chosen by hand.", []);
  if (settings.engine === "webgpu") return opening.webgpu("WebGPU compiled was chosen by hand.");
  // Choosing a backend of TensorFlow.js implies the TensorFlow.js engine.
  const byHand = settings.engine === "tfjs" || settings.tfjsBackend !== "automatic";
  return byHand ? opening.tfjs([]) : selectAutomatically(opening);
}

type Opening = ReturnType<typeof createOpening>;

/** Returns functions that open each engine for this network, each with a way to open it again. */
function createOpening(
  settings: Settings,
  options: ExecutorOptions,
  tell: TellPhase,
  doors: EngineDoors,
) {
  const onProgress = createThrottle(([done, total]: readonly [number, number]) =>
    tell(`Compiling, ${formatCount(done)} of ${formatCount(total)} kernels`, done / total),
  );
  const openWasm = () => doors.openWasm(options, settings);
  const openWebgpu = () =>
    doors.openWebgpu(options, (done, total) => onProgress([done, total]), settings);

  return {
    options,
    whyNoGraphicsCard: doors.whyNoGraphicsCard,
    async wasm(why: string, fallbacks: Fallbacks): Promise<ChosenEngine> {
      let numReopened = 0;
      /** Threads that died twice will probably die again. A single thread runs without workers and computes the same bits. */
      const again = () => {
        numReopened += 1;
        return numReopened === 1
          ? openWasm()
          : doors.openWasm(options, { ...settings, threads: 1 });
      };
      return chosen(await openWasm(), again, why, fallbacks);
    },
    /** Opens the engine only when the adapter passes the probe. */
    async webgpu(why: string): Promise<ChosenEngine> {
      tell("Checking the adapter");
      await doors.probeWebgpu(async (given) => (await doors.openWebgpu(given)).executor);
      return chosen(await openWebgpu(), openWebgpu, why, []);
    },
    async tfjs(fallbacks: Fallbacks): Promise<ChosenEngine> {
      const opened = await doors.openTfjs(options, settings.tfjsBackend);
      const backend = backendOf(opened.executor.info);
      return {
        ...opened,
        reopen: async () => (await doors.openTfjs(options, backend)).executor,
        fallbacks: [...fallbacks, ...opened.fallbacks],
      };
    },
    measure(executor: RestorableExecutor): Promise<number> {
      tell("Measuring a step on the graphics card");
      // The promises of a lost device may never settle, so the guard rejects them.
      return guardExecutor(executor)(() => doors.measureStep(executor, options));
    },
    /** Returns the milliseconds of a step with the whole batch, extrapolated from steps of the given sizes. */
    async measureWasm(sizes: readonly number[]): Promise<number> {
      tell("Measuring a step on the processor");
      const { batchSize } = options;
      const largest = { ...options, batchSize: greatestOf(sizes) };
      const { executor } = await doors.openWasm(largest, settings);
      const measured: MeasuredSize[] = [];
      try {
        for (const numImages of sizes) {
          const smaller = { ...options, batchSize: numImages };
          const ms = await doors.measureStep(executor, smaller, { isDiscarded: true });
          measured.push({ numImages, ms });
        }
      } finally {
        executor.dispose();
      }
      return stepOfBatch(batchSize, measured);
    },
  };
}

function chosen(
  { executor, reason }: Opened,
  open: () => Promise<Opened>,
  why: string,
  fallbacks: Fallbacks,
): ChosenEngine {
  const reopen = async () => (await open()).executor;
  return { executor, reason: sentences(why, reason), fallbacks, reopen };
}

function sentences(...some: readonly string[]): string {
  return some.filter((words) => words !== "").join(" ");
}

async function selectAutomatically(opening: Opening): Promise<ChosenEngine> {
  const whyNot = await opening.whyNoGraphicsCard();
  if (whyNot !== undefined) {
    const why = "Without a graphics card, the compiled engine on the processor is the fastest.";
    return onProcessor(opening, why, [{ backend: "WebGPU", reason: whyNot }]);
  }
  let card: ChosenEngine;
  try {
    card = await opening.webgpu("");
  } catch (error) {
    if (isNoEnginesFault(error)) throw error;
    const failed = { backend: "WebGPU compiled", reason: messageOf(error) };
    return onProcessor(opening, "WebGPU compiled cannot run this here.", [failed]);
  }
  return theFaster(opening, card);
}

/** Measures a step of this network on both engines and returns the faster one. The card stays open meanwhile. */
async function theFaster(opening: Opening, card: ChosenEngine): Promise<ChosenEngine> {
  const { batchSize } = opening.options;
  const sizes = sizesToMeasure(opening.options);
  const byHowMany =
    sizes.length > 1
      ? ` (reckoned from steps with ${sizes.join(" and ")} of its ${batchSize} images)`
      : "";
  let cardMs: number;
  try {
    cardMs = await opening.measure(card.executor);
  } catch (error) {
    card.executor.dispose();
    const failed = { backend: "WebGPU compiled", reason: messageOf(error) };
    return onProcessor(opening, "WebGPU compiled failed on its first steps here.", [failed]);
  }
  let wasmMs: number;
  try {
    wasmMs = await opening.measureWasm(sizes);
  } catch (error) {
    const failed = { backend: "CPU compiled", reason: messageOf(error) };
    const why = "The graphics card is the one that works here.";
    return { ...card, reason: sentences(why, card.reason), fallbacks: [failed] };
  }
  const [onCard, onWasm] = [formatDuration(cardMs), formatDuration(wasmMs)];
  if (cardMs <= wasmMs) {
    const why = `The graphics card is faster here: a step takes ${onCard} on it, ${onWasm} on the processor${byHowMany}.`;
    return { ...card, reason: sentences(why, card.reason) };
  }
  card.executor.dispose();
  const why = `The processor is faster here: a step takes ${onWasm} on it${byHowMany}, ${onCard} on the graphics card.`;
  const slower = { backend: "WebGPU compiled", reason: `${onCard} a step, measured` };
  return onProcessor(opening, why, [slower]);
}

async function onProcessor(
  opening: Opening,
  why: string,
  fallbacks: Fallbacks,
): Promise<ChosenEngine> {
  try {
    return await opening.wasm(why, fallbacks);
  } catch (error) {
    if (stopsEveryEngine(error)) throw error;
    return opening.tfjs([...fallbacks, { backend: "CPU compiled", reason: messageOf(error) }]);
  }
}

function backendOf({ backend }: ExecutorInfo): TfjsBackendChoice {
  const backends: readonly TfjsBackendChoice[] = ["webgpu", "webgl", "cpu"];
  return backends.find((known) => known === backend) ?? "automatic";
}

/** A network that exceeds the memory of the compiled engine needs even more in TensorFlow.js. */
function stopsEveryEngine(error: unknown): boolean {
  const isTooLarge = error instanceof PlaygroundError && error.code === "engine.out-of-memory";
  return isTooLarge || isNoEnginesFault(error);
}

/** Errors of the network, and program files missing on the server, are the same for every engine. */
function isNoEnginesFault(error: unknown): boolean {
  return error instanceof PlaygroundError && /^(network|program)[.]/.test(error.code);
}
