/** Gives a checkpoint another run's id, because the terminal gives all its runs the same one. */
import type { Checkpoint } from "./checkpoint.ts";

/** @param checkpoint of a run, not of a race */
export function withRunId(checkpoint: Checkpoint, runId: string): Checkpoint {
  const { summary, lanes } = checkpoint;
  return {
    ...checkpoint,
    summary: { ...summary, runId, lanes: summary.lanes.map((lane) => ({ ...lane, runId })) },
    lanes: lanes.map((lane) => ({
      ...lane,
      history: {
        ...lane.history,
        progress: lane.history.progress && { ...lane.history.progress, runId },
        events: lane.history.events.map((event) => ({ ...event, runId })),
      },
    })),
  };
}
