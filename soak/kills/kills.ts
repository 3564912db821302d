/**
 * Kills at random moments: of the worker that trains, of the tab's process, of the whole browser, and of `npm run train`. Nothing is
 * lost beyond the interval, the storage is never broken, and the curve and the weights at the end are those of a run to which
 * nothing happened, to the bit.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Trial } from "../trial.ts";
import { type Outcome, type PageKill, startKilledRun, VICTIMS } from "./killedRun.ts";
import { startKilledTraining, type TerminalKill, trainCalmly } from "./killedTerminal.ts";

/** Kills of one run. */
const KILLS_A_RUN = 10;
/** Kills of the terminal among all. */
const TERMINAL_SHARE = 20 / 70;

const pageKills: fc.Arbitrary<PageKill> = fc.record({
  of: fc.constantFrom(...VICTIMS),
  from: fc.constantFrom("press", "step", "step", "step"),
  afterMs: fc.integer({ min: 0, max: 2500 }),
});
const terminalKills: fc.Arbitrary<TerminalKill> = fc.record({
  from: fc.constantFrom("start", "step", "step", "step"),
  afterMs: fc.integer({ min: 0, max: 2500 }),
});

export const kills: Trial = {
  about: "kills of worker, tab, browser and terminal: nothing lost, the same bits at the end",
  actions: 70,
  isTooLongForTests: true,
  async run({ address, seed, actions, log }) {
    const made: Record<string, number> = {};
    const sequence: string[] = [];
    const measured: Record<string, number> = { runs: 0, greatestLossInIntervals: 0 };
    const count = (of: string, words: string) => {
      made[of] = (made[of] ?? 0) + 1;
      sequence.push(words);
      log(words);
    };
    const numTerminal = Math.round(actions * TERMINAL_SHARE);
    const draw = <T>(of: fc.Arbitrary<T>, numRuns: number) =>
      fc.sample(of, { seed, numRuns: Math.max(1, numRuns) }).slice(0, numRuns);
    const folder = await mkdtemp(join(tmpdir(), "kills-"));
    try {
      await killPages(draw(pageKills, actions - numTerminal));
      await killTerminals(draw(terminalKills, numTerminal));
      return { actions, made, measured };
    } catch (error) {
      const rule = error instanceof Error ? error.message : String(error);
      const failure = { rule, sequence, shrunk: 0, replay: { seed, actions } };
      return { actions: sequence.length, made, measured, failure };
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }

    async function killPages(all: readonly PageKill[]): Promise<void> {
      if (all.length === 0) return;
      const calm = await startKilledRun(address, join(folder, "calm"));
      const expected = await calm.finish().finally(calm.close);
      await inRuns(all, async (some) => {
        const run = await startKilledRun(address, join(folder, `run-${measured.runs}`));
        try {
          const done = await eachOf(some, async (kill) => {
            if (!(await run.kill(kill))) return false;
            count(kill.of, `${kill.of}, ${kill.afterMs} ms after the ${kill.from}`);
            return true;
          });
          requireSame(await run.finish(), expected);
          return done;
        } finally {
          noteLoss(run.greatestLoss);
          await run.close();
        }
      });
    }

    async function killTerminals(all: readonly TerminalKill[]): Promise<void> {
      if (all.length === 0) return;
      const expected = await trainCalmly(join(folder, "calm-terminal"));
      await inRuns(all, async (some) => {
        const run = startKilledTraining(join(folder, `terminal-${measured.runs}`));
        const done = await eachOf(some, async (kill) => {
          if (!(await run.kill(kill))) return false;
          count("terminal", `terminal, ${kill.afterMs} ms after the ${kill.from}`);
          return true;
        });
        requireSame(await run.finish(), expected);
        noteLoss(run.greatestLoss);
        return done;
      });
    }

    function noteLoss(loss: number): void {
      measured.greatestLossInIntervals = Math.max(measured.greatestLossInIntervals ?? 0, loss);
    }

    /** Divides the kills into runs. A run that ends early leaves its other kills to the next one. */
    async function inRuns<T>(
      all: readonly T[],
      killOne: (some: readonly T[]) => Promise<number>,
    ): Promise<void> {
      for (let from = 0; from < all.length; ) {
        measured.runs = (measured.runs ?? 0) + 1;
        const done = await killOne(all.slice(from, from + KILLS_A_RUN));
        if (done === 0) throw new Error("a run ended before it could be killed");
        from += done;
      }
    }
  },
};

/** Resolves with the number of kills that were made before the run ended. */
async function eachOf<T>(
  kills: readonly T[],
  make: (kill: T) => Promise<boolean>,
): Promise<number> {
  for (const [index, kill] of kills.entries()) if (!(await make(kill))) return index;
  return kills.length;
}

function requireSame(got: Outcome, expected: Outcome): void {
  for (const part of ["weights", "curve"] as const)
    if (got[part] !== expected[part])
      throw new Error(
        `the ${part} at the end differ from those of a run to which nothing happened`,
      );
}
