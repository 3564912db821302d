/**
 * Kills at random moments: of the worker that trains, of the tab's process and of the whole browser, of runs, races and experiments.
 * No more is lost than is promised, everything stored is whole, and what was trained in the end has the bits of an undisturbed run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Trial } from "../trial.ts";
import { CLOCK } from "./killableBrowser.ts";
import { type KilledSubject, type PageKill, startKilledSubject, VICTIMS } from "./killedSubject.ts";
import { createKillRecord } from "./killRecord.ts";
import { moments } from "./moments.ts";
import { type Outcome, requireSame } from "./storedCheckpoints.ts";
import { SUBJECTS, type SubjectName } from "./subjects.ts";

/** Kills of one run, race or experiment. */
const KILLS_EACH = 10;
/** What is killed, in turn. */
const TURNS: readonly SubjectName[] = ["run", "race", "experiment"];

const pageKills: fc.Arbitrary<PageKill> = fc
  .tuple(moments, fc.constantFrom(...VICTIMS))
  .map(([moment, of]) => ({ ...moment, of }));

export const kills: Trial = {
  about:
    "kills of worker, tab and browser: nothing lost, everything whole, the same bits at the end",
  actions: 50,
  isTooLongForTests: true,
  async run({ address, seed, actions, log }) {
    const record = createKillRecord(log);
    let numSubjects = 0;
    const folder = await mkdtemp(join(tmpdir(), "kills-"));
    const expected = new Map<SubjectName, Outcome>();
    const all = fc.sample(pageKills, { seed, numRuns: actions });

    async function withSubject<T>(name: SubjectName, act: (one: KilledSubject) => Promise<T>) {
      numSubjects += 1;
      const profile = join(folder, `profile-${numSubjects}`);
      const subject = await startKilledSubject(address, profile, SUBJECTS[name]);
      try {
        return await act(subject);
      } finally {
        await subject.close();
      }
    }

    async function undisturbed(name: SubjectName): Promise<Outcome> {
      const outcome = expected.get(name) ?? (await withSubject(name, (one) => one.finish()));
      expected.set(name, outcome);
      return outcome;
    }

    /** Kills one subject until it ends or no kill is left. @returns the number of kills */
    async function killOne(name: SubjectName, some: readonly PageKill[]): Promise<number> {
      const outcome = await undisturbed(name);
      return withSubject(name, async (subject) => {
        let done = 0;
        for (const kill of some) {
          const report = await subject.kill(kill);
          if (report === null) break;
          record.note(`${kill.of} of ${name}`, report, CLOCK);
          done += 1;
        }
        requireSame(await subject.finish(), outcome);
        log(`the ${name} ended with the bits of an undisturbed one, after ${done} kills`);
        return done;
      });
    }

    try {
      return await record.result({ seed, actions }, async () => {
        for (let from = 0, turn = 0; from < all.length; turn += 1) {
          const name = TURNS[turn % TURNS.length] ?? "run";
          from += await killOne(name, all.slice(from, from + KILLS_EACH));
        }
      });
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
