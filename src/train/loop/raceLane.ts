/**
 * A lane that can fail without stopping the others. An error in it, including a lost device, is emitted as its own
 * `run.failed`, and the lane takes no further part.
 */
import { type SerializedError, serializeError } from "../../core/errors.ts";
import type { StateHolder } from "../../exec/executor.ts";
import { guardExecutor } from "../engine/deviceLost.ts";
import { leavingUnchanged } from "./batchStatistics.ts";
import { createLane, type Lane, type LaneOptions } from "./lane.ts";

export interface RaceLane extends Lane {
  readonly runId: string;
  /** Why the lane left the race. */
  readonly failure: SerializedError | undefined;
}

export function createRaceLane(
  options: LaneOptions & { readonly executor: StateHolder },
): RaceLane {
  const { runId, emit, executor } = options;
  const lane = createLane({
    ...options,
    staysInTurn: true,
    unchanged: (act) => leavingUnchanged(executor, act),
  });
  const unlessLost = guardExecutor(executor);
  let failure: SerializedError | undefined;

  async function attempt(act: () => Promise<void>): Promise<void> {
    if (failure !== undefined) return;
    try {
      await unlessLost(act);
    } catch (error) {
      failure = serializeError(error);
      emit({ type: "run.failed", runId, error: failure, step: lane.stepsDone });
    }
  }

  return {
    runId,
    get failure() {
      return failure;
    },
    get stepsDone() {
      return lane.stepsDone;
    },
    get trainMs() {
      return lane.trainMs;
    },
    get measured() {
      return lane.measured;
    },
    get stepMs() {
      return lane.stepMs;
    },
    memory: () => lane.memory(),
    takeStep: (batch) => attempt(() => lane.takeStep(batch)),
    report: () => attempt(() => lane.report()),
    validate: (part) => attempt(() => lane.validate(part)),
    test: () => attempt(() => lane.test()),
    completeEpoch: (epoch) => lane.completeEpoch(epoch),
  };
}
