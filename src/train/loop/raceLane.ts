/**
 * A lane that can fail without stopping the others. An error in it, including a device that is lost for good, is emitted as its
 * own `run.failed`, and the lane takes no further part.
 */
import { type SerializedError, serializeError } from "../../core/errors.ts";
import type { RecoveringExecutor } from "../engine/recoveringExecutor.ts";
import { createLane, type Lane, type LaneOptions } from "./lane.ts";

export interface RaceLane extends Lane {
  readonly runId: string;
  /** Why the lane left the race. */
  readonly failure: SerializedError | undefined;
  /** Does the work and resolves with its result. When it fails, the lane fails, and the result is `undefined`. */
  attempt<T>(act: () => Promise<T>): Promise<T | undefined>;
}

export function createRaceLane(
  options: LaneOptions & { readonly executor: RecoveringExecutor },
): RaceLane {
  const { runId, emit, executor } = options;
  const lane = createLane({
    ...options,
    staysInTurn: true,
    unchanged: (act) => executor.unchanged(act),
  });
  let failure: SerializedError | undefined;

  async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
    if (failure !== undefined) return undefined;
    try {
      return await act();
    } catch (error) {
      failure = serializeError(error);
      emit({ type: "run.failed", runId, error: failure, step: lane.stepsDone });
      return undefined;
    }
  }

  return {
    runId,
    attempt,
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
    memory: (isSettled) => lane.memory(isSettled),
    takeStep: (batch) => attempt(() => lane.takeStep(batch)),
    report: () => attempt(() => lane.report()),
    validate: (part) => attempt(() => lane.validate(part)),
    test: () => attempt(() => lane.test()),
    completeEpoch: (epoch) => lane.completeEpoch(epoch),
  };
}
