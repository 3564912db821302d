/** A run of a real engine on a few small images in memory, for tests of what a run survives. */
import {
  createMemoryServer,
  MEMORY_BASE_URL,
  type MemoryServer,
  type MemorySet,
} from "../../data/memoryServer.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { openRunData } from "../data/openRunData.ts";
import { type RunOptions, run } from "./run.ts";
import { createGate } from "./runControl.ts";

const SET: MemorySet = {
  id: "starter",
  train: [8, 8, 8, 8, 8, 8],
  test: [8],
  height: 28,
  width: 28,
  numClasses: 10,
};

/** Batches of 4 images, of the 40 that are not held out. */
export const SMALL_RUN: Settings = {
  ...oneMinute.settings,
  dataSet: "starter",
  inputSize: 28,
  width: 0.125,
  batchSize: 4,
  shuffleBuffer: 8,
  holdOut: 8,
  trainingImages: 0,
};

export function smallServer(changes: Partial<MemorySet> = {}): Promise<MemoryServer> {
  return createMemoryServer({ ...SET, ...changes });
}

export interface SmallRunOptions
  extends Pick<RunOptions, "settings" | "emit">,
    Partial<Pick<RunOptions, "gate" | "steered" | "checkpoints" | "from" | "readingIntervalMs">> {
  readonly transport: MemoryServer["transport"];
  readonly open: (options: ExecutorOptions) => Promise<Executor>;
}

/** Starts the run. @returns a function that returns its engine, once that has been opened */
export function startSmallRun(options: SmallRunOptions): () => Executor | undefined {
  const { transport, open, ...others } = options;
  let opened: Executor | undefined;
  void run({
    runId: "r",
    openData: (asSet) =>
      openRunData({ dataUrl: MEMORY_BASE_URL, transport }, asSet, { onProgress: () => {} }),
    readBase: async () => new Map(),
    selectEngine: async (_, asked) => {
      const reopen = async () => {
        opened = await open(asked);
        return opened;
      };
      return { executor: await reopen(), reopen, reason: "", fallbacks: [] };
    },
    gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
    steered: () => undefined,
    ...others,
  });
  return () => opened;
}
