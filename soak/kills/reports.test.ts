import { describe, expect, test } from "vitest";
import { BEGUN, lossOf, type Report, type Session, sessionsOf } from "./reports.ts";

/** A step each second from the begin of the training on, with the reports of checkpoints between. */
function session(...checkpoints: readonly Report[]): Session {
  const began = { type: "run.phaseChanged", phase: "training", runId: "a", at: 0 };
  const steps = Array.from({ length: 100 }, (_, index) => ({
    ...{ type: "step.completed", runId: "a", step: index + 1, at: 1000 * (index + 1) },
  }));
  const all = [began, ...steps, ...checkpoints].toSorted((one, other) => one.at - other.at);
  const [only] = sessionsOf(all);
  if (only === undefined) throw new Error("there is a session");
  return only;
}
const begun = (at: number) => ({ type: BEGUN, at });
const kept = (at: number, step: number) => ({
  ...{ type: "checkpoint.kept", runId: "a", at, step, intervalMs: 30_000 },
});

describe("the promise about checkpoints", () => {
  test("holds when each begins an interval after the one before, and counts what its writing took", () => {
    const times = [begun(15_100), kept(16_000, 15), begun(45_050), kept(52_000, 45)];
    const whole = session(...times, begun(75_900), kept(76_500, 75));
    expect(lossOf(whole, 75)).toEqual({ lostMs: 25_000, intervalMs: 30_000, interruptedMs: 0 });
    expect(whole.writingMs).toEqual([900, 6950, 600]);
    const interrupted = session(...times, begun(75_900));
    expect(lossOf(interrupted, 45)).toMatchObject({ lostMs: 55_000, interruptedMs: 24_100 });
    expect(lossOf(interrupted, 75), "complete, but not yet reported").toMatchObject({
      lostMs: 25_000,
    });
  });

  test("is broken by a checkpoint that begins too late, by none, and by one that is gone", () => {
    const late = session(
      begun(15_100),
      kept(16_000, 15),
      begun(50_500),
      kept(51_000, 50),
      begun(80_600),
    );
    expect(() => lossOf(late, 50)).toThrow("5 steps ended after a checkpoint had been due");
    expect(() => lossOf(session(), null)).toThrow("70 steps ended");
    const gone = session(begun(75_000), kept(76_000, 75));
    expect(() => lossOf(gone, 45)).toThrow("the checkpoint of step 75 was kept, and 45 was found");
  });

  test("is that of each race of an experiment alone, whose networks report their training too", () => {
    const training = (runId: string, at: number) => ({
      ...{ type: "run.phaseChanged", phase: "training", runId, at },
    });
    const step = (runId: string, number: number, at: number) => ({
      ...{ type: "step.completed", runId, step: number, at },
    });
    const sessions = sessionsOf([
      ...[step("a/0", 7, 1), training("a", 10), training("a/0", 11), step("a/0", 8, 12)],
      ...[step("a/1", 8, 13), { type: "run.finished", runId: "a/0", at: 14 }],
      ...[{ type: "run.finished", runId: "a", at: 15 }, training("b", 3), step("b/0", 1, 4)],
    ]);
    expect(sessions).toMatchObject([
      { runId: "a", beganAt: 10, steps: [{ step: 8, at: 12 }] },
      { runId: "b", beganAt: 3, steps: [{ step: 1, at: 4 }] },
    ]);
  });
});
