/**
 * Collects the events of a network that a checkpoint keeps: its curve, validations with their matrices, epochs, the test. A run
 * that goes on repeats them, so every reader of events gets the whole history in the usual way.
 */
import type { LaneHistory } from "../../checkpoint/checkpoint.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

const KEPT = [
  "validation.completed",
  "run.steered",
  "training.ended",
  "epoch.completed",
  "statistics.compared",
  "engine.recovered",
  "test.completed",
] as const;
type KeptEvent = WorkerEventOf<(typeof KEPT)[number]>;

export interface RunHistory {
  receive(event: WorkerEvent): void;
  read(): LaneHistory;
  /** Repeats the events that were collected. */
  replay(emit: (event: WorkerEvent) => void): void;
}

/** @param from the history of a checkpoint, which this one goes on from */
export function createRunHistory(from?: LaneHistory): RunHistory {
  /** Three numbers each: step, loss, accuracy. */
  const points = [...(from?.points ?? [])];
  let progress = from?.progress ?? null;
  let events = [...(from?.events ?? [])];
  return {
    receive(event) {
      if (event.type === "step.completed") {
        for (const { step, loss, accuracy } of event.points) points.push(step, loss, accuracy);
        progress = { ...event, points: [] };
      } else if (isKept(event)) {
        // A validation that a checkpoint interrupted is repeated after it.
        const others = events.filter((other) => !isSame(event, other));
        events = event.type === "validation.completed" ? others.map(withoutImages) : others;
        events.push(event);
      }
    },
    read: () => ({ points: Float64Array.from(points), progress, events: [...events] }),
    replay(emit) {
      if (progress?.type === "step.completed") emit({ ...progress, points: pointsOf(points) });
      for (const event of events) emit(event);
    },
  };
}

/** Only the newest validation keeps what the network says of each image, because that is large. */
function withoutImages(event: WorkerEvent): WorkerEvent {
  if (event.type !== "validation.completed") return event;
  const { keptClasses: _keptClasses, ...rest } = event;
  const none = { labels: new Uint8Array(), predicted: new Uint8Array() };
  return { ...rest, ...none, probabilities: new Float32Array() };
}

function pointsOf(numbers: readonly number[]): WorkerEventOf<"step.completed">["points"] {
  return Array.from({ length: numbers.length / 3 }, (_, at) => {
    const [step = 0, loss = 0, accuracy = 0] = numbers.slice(3 * at, 3 * at + 3);
    return { step, loss, accuracy };
  });
}

function isKept(event: WorkerEvent): event is KeptEvent {
  return KEPT.some((type) => type === event.type);
}

function isSame(one: KeptEvent, other: WorkerEvent): boolean {
  if (!isKept(other) || one.type !== other.type || one.step !== other.step) return false;
  return "of" in one && "of" in other ? one.of === other.of : true;
}
