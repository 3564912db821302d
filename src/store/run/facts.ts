/** What an event of a run says, without its type and the run's id. */
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

export type Facts<T extends WorkerEvent["type"]> = Omit<WorkerEventOf<T>, "type" | "runId">;

export function factsOf<E extends WorkerEvent & { runId: string }>(
  event: E,
): Omit<E, "type" | "runId"> {
  const { type: _type, runId: _runId, ...facts } = event;
  return facts;
}
