/** Lets another tab take over the run that this worker trains, and tells the page about it. */
import type { CheckpointSummary } from "../checkpoint/checkpoint.ts";
import { answerTakeovers } from "../checkpoint/takeover.ts";
import { VERSION } from "../core/version.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import type { Gate } from "../train/loop/runControl.ts";
import type { HeldCheckpoints } from "./keptRun.ts";

type Told = Pick<CheckpointSummary, "runId" | "recipe" | "lanes">;
type Emit = (event: WorkerEvent) => void;

/**
 * Answers other tabs until the run ends, and emits `run.takenOver` when one of them has it.
 * @returns the receiver of the run's events, which passes none on after that
 */
export function offerTakeover(
  told: Told,
  checkpoints: HeldCheckpoints,
  gate: Gate,
  emit: Emit,
): Emit {
  const { runId } = told;
  let step = 0;
  let totalSteps = 0;
  let stepMs = 0;
  let ownFiles: string | undefined;
  let isTaken = false;

  function letGo(at: number): void {
    if (isTaken) return;
    isTaken = true;
    close();
    checkpoints.letGo();
    // The page ends this worker. When the page is frozen, training waits for that.
    gate.pause();
    emit({ type: "run.takenOver", runId, step: at });
  }

  const close = answerTakeovers(runId, {
    describe: () => ({
      summary: {
        ...{ ...told, ownFiles, step, totalSteps, savedAt: Date.now() },
        ...{ isFinished: false, program: VERSION },
      },
      stepMs,
      // `client/createWorker.ts` names its workers so.
      page: self.name.split(" ")[1] ?? "",
    }),
    keep: () => new Promise((kept, refuse) => gate.request({ type: "keep", kept, refuse })),
    letGo,
  });
  checkpoints.stolen.addEventListener("abort", () => letGo(step));
  checkpoints.forgotten.addEventListener("abort", close);

  return (event) => {
    if (isTaken) return;
    if (event.type === "step.completed") {
      step = event.step;
      stepMs = event.stepMs;
    } else if (event.type === "run.restored") step = event.step;
    else if (event.type === "run.prepared") {
      totalSteps = event.totalSteps;
      ownFiles = event.dataSet.own?.checksum;
    }
    const isEnd = event.type === "run.finished" || event.type === "run.failed";
    if (isEnd && event.runId === runId) close();
    emit(event);
  };
}
