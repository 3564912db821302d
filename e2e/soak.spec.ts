/** Runs a twentieth of each long trial, for a minute at most, with a fixed seed: every test run makes the same walks, or less of them. */
import { expect, test } from "@playwright/test";
import { SHARE_IN_TESTS, TRIALS } from "../soak/trials.ts";

const SEED = 1;

for (const [name, trial] of [...TRIALS].filter(([, { isTooLongForTests }]) => !isTooLongForTests))
  test(`a twentieth of the long trial ${name} breaks no rule`, async ({ browser, baseURL }) => {
    // A failing sequence is shortened first, which takes longer than the trial.
    test.setTimeout(600_000);
    const result = await trial.run({
      browser,
      address: baseURL ?? "",
      seed: SEED,
      actions: Math.ceil(trial.actions * SHARE_IN_TESTS),
      mostMs: 40_000,
      shrinkMs: 120_000,
      log: () => {},
    });
    expect(result.failure).toBeUndefined();
  });
