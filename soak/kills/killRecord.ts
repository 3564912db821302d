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
      // The rest is the time that the interrupted writing had taken.
      const intervals = Math.max(0, lostMs - interruptedMs) / intervalMs;
      const loss = `lost ${Math.round(lostMs / clock)} ms`;
      const parts = `${intervals.toFixed(2)} intervals and ${Math.round(interruptedMs / clock)} ms of writing`;
      const line = `kill ${sequence.length + 1}, ${of}, ${words}, ${loss}: ${parts}`;
      sequence.push(line);
      log(line);
      made[of] = (made[of] ?? 0) + 1;
      greatest("greatestLossInIntervalsBeforeWriting", intervals);
      greatest("greatestLossMs", lostMs / clock);
      greatest("greatestIntervalMs", intervalMs / clock);
      for (const ms of [interruptedMs, ...writingMs]) greatest("greatestWritingMs", ms / clock);
    },
    add(name, value) {
      measured[name] = (measured[name] ?? 0) + value;
    },
    async result(replay, makeAll) {
      try {
        log(`seed ${replay.seed}, ${replay.actions} kills`);
        await makeAll();
        return { actions: sequence.length, made, measured, outcomes: sequence };
      } catch (error) {
        const rule = error instanceof Error ? error.message : String(error);
        const failure = { rule, sequence, shrunk: 0, replay };
        return { actions: sequence.length, made, measured, failure };
      }
    },
  };
}
