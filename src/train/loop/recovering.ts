/** Wraps the executor of a network in a `RecoveringExecutor` that reports each loss of the device and its recovery. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import { RecoveringExecutor } from "../engine/recoveringExecutor.ts";
import type { PreparedRun } from "./prepareRun.ts";

export interface RecoveringOptions extends Pick<PreparedRun, "executor" | "reopen" | "state"> {
  /** The id in the events. */
  readonly runId: string;
  readonly emit: (event: WorkerEvent) => void;
  /** Returns the newest event of the phase. It is repeated after a recovery. */
  readonly phase: () => WorkerEventOf<"run.phaseChanged"> | undefined;
  /** Returns the batches of the steps from this one on, as they were trained on. */
  readonly batchesSince: (step: number) => AsyncIterable<PixelBatch>;
  readonly onLost?: () => void;
  readonly onRecovered?: () => void;
}

export function recovering(options: RecoveringOptions): RecoveringExecutor {
  const { executor, reopen, state, runId, emit, batchesSince } = options;
  let before: WorkerEventOf<"run.phaseChanged"> | undefined;
  let { label } = executor.info;
  const recovering = new RecoveringExecutor({
    executor,
    reopen,
    batchesSince,
    ...(state && { from: state }),
    onLost() {
      before ??= options.phase();
      options.onLost?.();
      // The reason can be long, so only the later notice contains it.
      const detail = "The device was lost; going on with another";
      emit({ type: "run.phaseChanged", runId, phase: "compiling", detail });
    },
    onRecovered(recovery) {
      emit({ type: "engine.recovered", runId, ...recovery });
      const { info } = recovering;
      if (info.label !== label)
        emit({ type: "engine.chosen", runId, ...info, reason: AFTER_LOSSES, fallbacks: [] });
      ({ label } = info);
      if (before !== undefined) emit(before);
      before = undefined;
      options.onRecovered?.();
    },
  });
  return recovering;
}

const AFTER_LOSSES =
  "It goes on in another way than it began, since what it ran on was lost more than once.";
