/**
 * Random presses, keys and reloads, in walks of up to a hundred and fifty actions that each begin with a fresh page. fast-check
 * generates the walks, shortens a failing one and reports how to repeat it.
 */
import fc from "fast-check";
import { QUICK, SMALLEST } from "../../e2e/playground.ts";
import type { Trial, TrialFailure } from "../trial.ts";
import { comeBack } from "./comeBack.ts";
import { openSession } from "./session.ts";
import { walksOf } from "./walks.ts";

/** Short runs, so that some end while the monkey does something else. */
const SETTINGS = { ...SMALLEST, ...QUICK, dataSet: "starter", steps: 400 };
const LONGEST_WALK = 150;
/** The number of walks at the same time, each in its own page: most of a walk is waiting for the page. */
const WALKERS = 3;

/** The error of a walk, with the actions done until then. */
class FailedWalk extends Error {
  readonly done: readonly string[];
  constructor(cause: unknown, done: readonly string[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.done = done;
  }
}

export const monkey: Trial = {
  about: "random presses, keys, files, reloads and outages: no exception, no dead control",
  actions: 2000,
  async run({ browser, address, seed, actions, mostMs = Number.POSITIVE_INFINITY, shrinkMs, log }) {
    const made: Record<string, number> = {};
    let [total, walks] = [0, 0];
    let failure: TrialFailure | undefined;
    const end = performance.now() + mostMs;
    let isShrinking = false;
    const isTime = () => isShrinking || performance.now() < end;
    /**
     * A short trial is divided among the walkers in advance. A walker that began a long walk would exceed the requested number
     * of actions.
     */
    const longestWalk = Math.min(LONGEST_WALK, Math.ceil(actions / WALKERS));

    function walkFrom(walkSeed: number) {
      let shrinksUntil = Number.POSITIVE_INFINITY;
      const walk = fc.asyncProperty(walksOf(longestWalk, isTime), async (commands) => {
        // After the time limit for shrinking, untested shorter walks count as passed. The result is then the shortest walk that
        // failed.
        if (performance.now() > shrinksUntil) return;
        const session = await openSession(browser, address, SETTINGS);
        try {
          await fc.asyncModelRun(() => ({ model: { online: true }, real: session }), commands);
          await session.perform(() => "come back", comeBack);
        } catch (error) {
          isShrinking = true;
          shrinksUntil = Math.min(shrinksUntil, performance.now() + shrinkMs);
          const failed = new FailedWalk(error, [...session.done]);
          log(`broken by ${failed.done.join(", ")}: ${failed.message}`);
          throw failed;
        } finally {
          total += session.done.length;
          for (const words of session.done) count(made, words);
          await session.close();
        }
      });
      // Without this, fast-check makes the first run a short one.
      return fc.check(walk, { seed: walkSeed, numRuns: 1, unbiased: true });
    }

    async function walkOn(): Promise<void> {
      while (total < actions && failure === undefined && isTime()) {
        const walkSeed = seed + walks;
        walks += 1;
        const details = await walkFrom(walkSeed);
        log(`walk of seed ${walkSeed}, ${total} of ${actions} actions`);
        if (details.failed) failure ??= failureOf(details, walkSeed);
      }
    }

    await Promise.all(Array.from({ length: WALKERS }, walkOn));
    return { actions: total, made, ...(failure === undefined ? {} : { failure }) };
  },
};

function count(made: Record<string, number>, words: string): void {
  const kind = words.split(":")[0] ?? words;
  made[kind] = (made[kind] ?? 0) + 1;
}

function failureOf(
  { errorInstance, numShrinks }: Pick<fc.RunDetails<unknown>, "errorInstance" | "numShrinks">,
  seed: number,
): TrialFailure {
  const rule = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const sequence = errorInstance instanceof FailedWalk ? errorInstance.done : [];
  return { rule, sequence, shrunk: numShrinks, replay: { seed, actions: 1 } };
}
