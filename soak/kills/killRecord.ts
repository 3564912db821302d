/** Collects what a trial of kills reports, and makes the result of it. */
import type { TrialFailure, TrialResult } from "../trial.ts";
import type { KillReport } from "./moments.ts";

export interface KillRecord {
  /** @param clock how much faster than real time the clock of the report went */
  note(of: string, report: KillReport, clock?: number): void;
  /** Adds a number to the result. */
  add(name: string, value: number): void;
  /** Makes all kills. Resolves with what was noted, and with the failure that ended them. */
  result(replay: TrialFailure["replay"], makeAll: () => Promise<void>): Promise<TrialResult>;
}

export function createKillRecord(log: (line: string) => void): KillRecord {
  const made: Record<string, number> = {};
  const sequence: string[] = [];
  const measured: Record<string, number> = {};

  const greatest = (name: string, value: number) => {
    measured[name] = Math.max(measured[name] ?? 0, Math.round(1000 * value) / 1000);
  };

  return {
    note(of, { words, lostMs, intervalMs, interruptedMs, writingMs }, clock = 1) {
      const intervals = lostMs / intervalMs;
      const line = `kill ${sequence.length + 1}, ${of}, ${words}, ${intervals.toFixed(2)} intervals lost`;
      sequence.push(line);
      log(line);
      made[of] = (made[of] ?? 0) + 1;
      greatest("greatestLossInIntervals", intervals);
      greatest("greatestLossMs", lostMs / clock);
      greatest("intervalOfTheGreatestMs", intervalMs / clock);
      for (const ms of [interruptedMs, ...writingMs]) greatest("greatestWritingMs", ms / clock);
    },
    add(name, value) {
      measured[name] = (measured[name] ?? 0) + value;
    },
    async result(replay, makeAll) {
      try {
        await makeAll();
        return { actions: sequence.length, made, measured };
      } catch (error) {
        const rule = error instanceof Error ? error.message : String(error);
        const failure = { rule, sequence, shrunk: 0, replay };
        return { actions: sequence.length, made, measured, failure };
      }
    },
  };
}
