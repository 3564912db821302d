/**
 * `kill -9` of `npm run train -- ... --out FOLDER` at random moments, each time followed by `--resume`. The rules are those of the
 * kills on the page. Of the newest checkpoint of each training, every cut at a boundary of 4 kB is refused, too.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Trial } from "../trial.ts";
import { startKilledTraining, trainUndisturbed } from "./killedTerminal.ts";
import { createKillRecord } from "./killRecord.ts";
import { type KillMoment, moments } from "./moments.ts";
import { requireSame } from "./storedCheckpoints.ts";

/** Kills of one training. */
const KILLS_EACH = 10;

export const terminalKills: Trial = {
  about: "kill -9 of npm run train: nothing lost, everything whole, the same bits at the end",
  actions: 20,
  isTooLongForTests: true,
  async run({ seed, actions, log }) {
    const record = createKillRecord(log);
    const folder = await mkdtemp(join(tmpdir(), "terminal-kills-"));
    const all = fc.sample(moments, { seed, numRuns: actions });

    /** Kills one training until it ends or no kill is left. @returns the number of kills */
    async function killOne(name: string, some: readonly KillMoment[]): Promise<number> {
      const training = startKilledTraining(join(folder, name));
      let done = 0;
      for (const moment of some) {
        const report = await training.kill(moment);
        if (report === null) break;
        record.note("terminal", report);
        done += 1;
      }
      record.add("cutsOfTheNewest", await training.cutNewest());
      requireSame(await training.finish(), await undisturbed);
      log(`the training ended with the bits of an undisturbed one, after ${done} kills`);
      return done;
    }

    const undisturbed = trainUndisturbed(join(folder, "undisturbed"));
    try {
      return await record.result({ seed, actions }, async () => {
        await undisturbed;
        for (let from = 0; from < all.length; )
          from += await killOne(`killed-${from}`, all.slice(from, from + KILLS_EACH));
      });
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
