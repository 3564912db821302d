/**
 * What trains and measures, joined to the worker's events. Apart from the entry, which loads it with the first run:
 * a page that is only looked at never gets it.
 */
import type { Command } from "../protocol/commands.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { measureRun } from "../train/measureRun.ts";
import { openRunData } from "../train/openRunData.ts";
import type { RunEnvironment } from "../train/prepareRun.ts";
import { type RunOptions, run } from "../train/run.ts";
import { selectEngine } from "../train/selectEngine.ts";
import { createProgressThrottle } from "./progressThrottle.ts";

type RunCommand = Extract<Command, { type: "run.start" | "run.measure" }>;
type Emit = (event: WorkerEvent) => void;

/** Ends with `run.finished` or `run.failed`. */
export function startRun(
  command: RunCommand,
  emit: Emit,
  control: Pick<RunOptions, "gate" | "learningRate">,
): Promise<void> {
  return run({ ...environment(command, emit), ...control });
}

/** Ends with `speed.measured` or `run.failed`. */
export function startMeasurement(command: RunCommand, emit: Emit): Promise<void> {
  return measureRun(environment(command, emit));
}

function environment({ runId, settings, dataUrl }: RunCommand, emit: Emit): RunEnvironment {
  const reportProgress = createProgressThrottle((progress) =>
    emit({ type: "data.progressed", runId, ...progress }),
  );
  return {
    runId,
    settings,
    emit,
    openData: (asSet) =>
      openRunData(dataUrl, asSet, {
        onProgress: reportProgress,
        onRetry: (notice) => emit({ type: "data.retried", runId, ...notice }),
      }),
    selectEngine,
  };
}
