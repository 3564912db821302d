/**
 * Which engine a run gets, and why. An engine loads only when it is chosen or measured. Automatic: WebGPU compiled where
 * there is a graphics card that computes rightly and takes a step of this very network faster than the processor; else CPU
 * compiled, which needs none; else TensorFlow.js as it can. An engine chosen by hand is that one or an error.
 */

import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import { formatCount, formatDuration } from "../../core/units.ts";
import type { Executor, ExecutorInfo, ExecutorOptions } from "../../exec/executor.ts";
import { whyNoGraphicsCard } from "../../exec/graphicsCard.ts";
import type { Settings, TfjsBackendChoice } from "../../settings/settings.ts";
import type { ChosenEngine, TellPhase } from "../loop/prepareRun.ts";
import { createThrottle } from "../loop/progressThrottle.ts";
import { createLossGuard } from "./deviceLost.ts";
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
  ) => Promise<Opened>;
  /** Without wishes its kernels are the usual ones, unmeasured. */
  readonly openWebgpu: (
    options: ExecutorOptions,
    onProgress?: CompileProgress,
    wishes?: Pick<Settings, "reproducible">,
  ) => Promise<Opened>;
  /** @throws PlaygroundError for an adapter that computes wrongly. */
  readonly probeWebgpu: (open: OpenExecutor) => Promise<void>;
  /** Milliseconds of a step. */
  readonly measureStep: (
    executor: Executor,
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
 * @param tell hears what is being done.
 * @param ways in that differ from those of the page.
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
  // Whoever chose a backend of TensorFlow.js wants TensorFlow.js.
  const byHand = settings.engine === "tfjs" || settings.tfjsBackend !== "automatic";
  return byHand ? opening.tfjs([]) : selectAutomatically(opening);
}

type Opening = ReturnType<typeof createOpening>;

/** The engines for this network, each with the way to open it again. */
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
      /** Threads that died twice will die again; one alone needs no other, and computes the same bits. */
      const again = () => {
        numReopened += 1;
        return numReopened === 1
          ? openWasm()
          : doors.openWasm(options, { ...settings, threads: 1 });
      };
      return chosen(await openWasm(), again, why, fallbacks);
    },
    /** Only on an adapter that passes the probe. */
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
    measure(executor: Executor): Promise<number> {
      tell("Measuring a step on the graphics card");
      // Of a device that goes meanwhile, promises may never settle.
      return createLossGuard(executor)(() => doors.measureStep(executor, options));
    },
    /** Milliseconds of a step with the whole batch, as `sizes` tell. */
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
    const failed = { backend: "WebGPU compiled", reason: wordsOf(error) };
    return onProcessor(opening, "WebGPU compiled cannot run this here.", [failed]);
  }
  return theFaster(opening, card);
}

/** Both are measured on a step of this network; the card is kept open meanwhile. */
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
    const failed = { backend: "WebGPU compiled", reason: wordsOf(error) };
    return onProcessor(opening, "WebGPU compiled failed on its first steps here.", [failed]);
  }
  let wasmMs: number;
  try {
    wasmMs = await opening.measureWasm(sizes);
  } catch (error) {
    const failed = { backend: "CPU compiled", reason: wordsOf(error) };
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
    return opening.tfjs([...fallbacks, { backend: "CPU compiled", reason: wordsOf(error) }]);
  }
}

function backendOf({ backend }: ExecutorInfo): TfjsBackendChoice {
  const backends: readonly TfjsBackendChoice[] = ["webgpu", "webgl", "cpu"];
  return backends.find((known) => known === backend) ?? "automatic";
}

/** What does not fit the compiled engine's memory fits TensorFlow.js' even less. */
function stopsEveryEngine(error: unknown): boolean {
  const isTooLarge = error instanceof PlaygroundError && error.code === "engine.out-of-memory";
  return isTooLarge || isNoEnginesFault(error);
}

/** No engine mends a network, nor a program whose files are gone from the server. */
function isNoEnginesFault(error: unknown): boolean {
  return error instanceof PlaygroundError && /^(network|program)[.]/.test(error.code);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
