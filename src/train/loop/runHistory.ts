/**
 * Collects the events of a network that a checkpoint keeps: its curve, validations with their matrices, epochs, the test. A run
 * that goes on repeats them, so every reader of events gets the whole history in the usual way.
 */
import type { LaneHistory } from "../../checkpoint/checkpoint.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

const KEPT = [
  "run.prepared",
  "validation.completed",
  "run.steered",
  "training.ended",
  "epoch.completed",
  "statistics.compared",
  "engine.recovered",
  "test.completed",
] as const;
/** Events that do not follow from a validation. */
const STAYING: ReadonlySet<WorkerEvent["type"]> = new Set([
  "run.prepared",
  "run.steered",
  "engine.recovered",
  "test.completed",
]);
type KeptEvent = WorkerEventOf<(typeof KEPT)[number]>;

export interface RunHistory {
  receive(event: WorkerEvent): void;
  /** @param repeated the step whose validation will be repeated; what was reported after it is left out. */
  read(repeated?: number): LaneHistory;
  /** Repeats the events that were collected. */
  replay(emit: (event: WorkerEvent) => void): void;
}

/** @param from the history of a checkpoint, which this one goes on from */
export function createRunHistory(from?: LaneHistory): RunHistory {
  /** Three numbers each: step, loss, accuracy. */
  const points = [...(from?.points ?? [])];
  /** The milliseconds spent in steps up to each point. Checkpoints of earlier versions lack them. */
  const clock = [...(from?.clock ?? [])];
  let progress = from?.progress ?? null;
  let events = [...(from?.events ?? [])];
  return {
    receive(event) {
      if (event.type === "step.completed") {
        for (const { step, loss, accuracy } of event.points) points.push(step, loss, accuracy);
        for (const _point of event.points) clock.push(event.trainMs);
        progress = { ...event, points: [] };
      } else if (isKept(event)) {
        // A validation that a checkpoint interrupted is repeated after it.
        const others = events.filter((other) => !isSame(event, other));
        events = event.type === "validation.completed" ? others.map(withoutImages) : others;
        events.push(event);
      }
    },
    read: (repeated) => ({
      points: Float64Array.from(points),
      clock: Float64Array.from(clock),
      progress,
      events: events.filter(
        (event) => !isKept(event) || stepOf(event) !== repeated || STAYING.has(event.type),
      ),
    }),
    replay(emit) {
      if (progress?.type === "step.completed")
        emit({ ...progress, points: pointsOf(points), ...clockOf(points, clock) });
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

function clockOf(
  points: readonly number[],
  trainMs: readonly number[],
): Pick<WorkerEventOf<"step.completed">, "clock"> {
  if (points.length !== 3 * trainMs.length) return {};
  return { clock: trainMs.map((ms, at) => ({ step: points[3 * at] ?? 0, trainMs: ms })) };
}

function isKept(event: WorkerEvent): event is KeptEvent {
  return KEPT.some((type) => type === event.type);
}

/** Events that are not of a step take the place of the one before. */
function stepOf(event: KeptEvent): number | undefined {
  return "step" in event ? event.step : undefined;
}

function isSame(one: KeptEvent, other: WorkerEvent): boolean {
  if (!isKept(other) || one.type !== other.type || stepOf(one) !== stepOf(other)) return false;
  return "of" in one && "of" in other ? one.of === other.of : true;
}
