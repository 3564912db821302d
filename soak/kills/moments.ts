/** Random moments of a kill. They follow what is reported, so that a busy machine is killed at the same places as an idle one. */
import fc from "fast-check";
import { type Loss, type Report, type Session, sessionsOf } from "./reports.ts";

export interface KillMoment {
  /** What the kill waits for since the start: as many steps, or as many checkpoints that began or are complete. */
  readonly after: "start" | "steps" | "writing" | "kept";
  readonly count: number;
  /** Milliseconds from then on. */
  readonly ms: number;
}

export interface KillReport extends Loss {
  readonly words: string;
  /** Milliseconds that writing took, of each complete checkpoint since the start. */
  readonly writingMs: readonly number[];
}

const shortly = fc.integer({ min: 0, max: 40 });
const kept: fc.Arbitrary<KillMoment> = fc.record({
  after: fc.constantFrom("writing", "kept"),
  count: fc.integer({ min: 1, max: 2 }),
  ms: shortly,
});
const steps: fc.Arbitrary<KillMoment> = fc.record({
  after: fc.constant("steps"),
  count: fc.integer({ min: 1, max: 120 }),
  ms: shortly,
});
const start: fc.Arbitrary<KillMoment> = fc.record({
  after: fc.constant("start"),
  count: fc.constant(0),
  ms: fc.integer({ min: 0, max: 2000 }),
});
export const moments: fc.Arbitrary<KillMoment> = fc.oneof(start, steps, steps, kept, kept);

export function momentWords({ after, count, ms }: KillMoment): string {
  return `${ms} ms after ${after === "start" ? "the start" : `${after} ${count}`}`;
}

/** The longest that anything may take, on a machine that is busy with other things too. */
export const PATIENCE_MS = 300_000;
const POLL_MS = 5;

/**
 * Resolves with false when everything has finished before the moment.
 * @param reports returns what was reported since the start
 * @throws Error when it fails before, or when nothing happens
 */
export async function untilMoment(
  moment: KillMoment,
  reports: () => readonly Report[],
  isFinished: () => boolean,
): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (!isDue(moment, sessionsOf(reports()))) {
    const failed = reports().find(({ type }) => /failed$/i.test(type));
    if (failed !== undefined) throw new Error(`${failed.type}: ${failed.message}`);
    if (isFinished()) return false;
    if (performance.now() > end) throw new Error("nothing happened for too long");
    await passed(POLL_MS);
  }
  await passed(moment.ms);
  return !isFinished();
}

function isDue({ after, count }: KillMoment, sessions: readonly Session[]): boolean {
  const sum = (of: (session: Session) => number) =>
    sessions.reduce((total, session) => total + of(session), 0);
  const kept = sum(({ writingMs }) => writingMs.length);
  const writing = kept + sum(({ writingSince }) => (writingSince === null ? 0 : 1));
  const done = { start: 0, steps: sum((session) => session.steps.length), writing, kept };
  return done[after] >= count;
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
