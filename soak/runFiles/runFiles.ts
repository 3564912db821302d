/**
 * Files of runs that were damaged at random. Each one is either read, with every number inside its rules, or refused with an
 * error that a person can act on; no other exception may come out. Some of them are also imported into the page, which must
 * say what came of each and go on.
 */
import fc from "fast-check";
import type { Page } from "playwright";
import { readForeignCheckpoint } from "../../src/checkpoint/foreignCheckpoint.ts";
import { sourceOf } from "../../src/checkpoint/memoryFolder.ts";
import {
  checkpointBytes,
  trainedCheckpoint,
  UNFIT_WEIGHTS,
} from "../../src/checkpoint/trainedCheckpoint.ts";
import { trainedWeights } from "../../src/checkpoint/trainedWeights.ts";
import { PlaygroundError } from "../../src/core/errors.ts";
import { checkBody, checkHead } from "../../src/runs/checkRecord.ts";
import { readRunFile, writeRunFile } from "../../src/runs/files/runFile.ts";
import { madeRecord } from "../../src/runs/testRecords.ts";
import type { Trial, TrialFailure } from "../trial.ts";
import { type Damage, damaged, damages } from "./damagedFiles.ts";

const NAME = "damaged.runs.zip";
const SAID = /imported from/;
/** One of this number of files is imported into the page, because a page takes a hundred times as long as the reader. */
const FILES_PER_IMPORT = 250;
/** The longest that the page may take for one file, on a machine that is busy with other things too. */
const PATIENCE_MS = 300_000;
/** Files between two looks at the clock. */
const FILES_AT_ONCE = 250;

export const runFiles: Trial = {
  about: "damaged files of runs: read or refused by name, no exception, and the page goes on",
  actions: 10_000,
  async run({ browser, address, seed, actions, mostMs = Number.POSITIVE_INFINITY, log }) {
    const checkpoint = new Blob([await checkpointBytes(trainedCheckpoint("a"))]);
    const unfit = await Promise.all(
      Object.values(UNFIT_WEIGHTS).map((change) => checkpointBytes(trainedCheckpoint("a", change))),
    );
    const file = await writeRunFile([
      { ...madeRecord({ id: "a", numPoints: 12 }), checkpoint },
      madeRecord({ id: "b", changes: { seed: 2 }, head: { tags: ["one"], notes: "a note" } }),
    ]);
    const whole = new Uint8Array(await file.arrayBuffer());
    const made: Record<string, number> = { read: 0, refused: 0, imported: 0 };
    const end = performance.now() + mostMs;
    let failure: TrialFailure | undefined;
    let total = 0;
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const pageErrors: string[] = [];
    page.on("pageerror", (error) => pageErrors.push(String(error)));
    await page.goto(`${address}?tab=runs`);
    await page.getByRole("region", { name: "Recorded runs" }).waitFor();
    while (total < actions && failure === undefined && performance.now() < end) {
      const numRuns = Math.min(FILES_AT_ONCE, actions - total);
      const property = fc.asyncProperty(damages, async (list) => {
        const bytes = damaged(whole, list, unfit);
        const outcome = await outcomeOf(bytes);
        made[outcome] = (made[outcome] ?? 0) + 1;
        total += 1;
        if (total % FILES_PER_IMPORT !== 1) return;
        await importInto(page, bytes, `${total}.runs.zip`);
        made.imported = (made.imported ?? 0) + 1;
        if (pageErrors.length > 0) throw new Error(`the page threw ${pageErrors.join(", ")}`);
      });
      const trialSeed = seed + total;
      const details = await fc.check(property, { seed: trialSeed, numRuns });
      if (details.failed) failure = failureOf(details, trialSeed);
      log(`${total} of ${actions} files`);
    }
    await context.close();
    return { actions: total, made, ...(failure === undefined ? {} : { failure }) };
  },
};

/** @throws Error when a file is read that breaks a rule, or when another exception comes out */
async function outcomeOf(bytes: Uint8Array): Promise<"read" | "refused"> {
  try {
    const file = new Blob([new Uint8Array(bytes)]);
    for (const { head, body, checkpoint } of await readRunFile(file, NAME)) {
      checkHead(head, NAME);
      checkBody(body, NAME);
      if (checkpoint) await requireWeights(checkpoint);
    }
    return "read";
  } catch (error) {
    if (error instanceof PlaygroundError && error.code !== "internal") return "refused";
    throw error;
  }
}

/** @throws Error when a checkpoint is read that has a weight which is not finite */
async function requireWeights(checkpoint: Blob): Promise<void> {
  const source = sourceOf(new Uint8Array(await checkpoint.arrayBuffer()));
  const read = await readForeignCheckpoint(source, NAME);
  for (const { runId } of read.summary.lanes) {
    for (const [path, values] of trainedWeights(read, runId).weights)
      if (!values.every(Number.isFinite)) throw new Error(`${path} is not finite`);
  }
}

async function importInto(page: Page, bytes: Uint8Array, name: string): Promise<void> {
  const said = page.getByRole("status", { name: "Imported runs" }).filter({ hasText: SAID });
  const buffer = Buffer.from(bytes);
  await page
    .getByLabel("Files of runs")
    .setInputFiles({ name, mimeType: "application/zip", buffer });
  await said.filter({ hasText: name }).waitFor();
}

function failureOf(
  details: Pick<
    fc.RunDetails<[readonly Damage[]]>,
    "errorInstance" | "numShrinks" | "counterexample"
  >,
  seed: number,
): TrialFailure {
  const { errorInstance, numShrinks, counterexample } = details;
  const rule = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const sequence = (counterexample?.[0] ?? []).map((damage) => JSON.stringify(damage));
  return { rule, sequence, shrunk: numShrinks, replay: { seed, actions: FILES_AT_ONCE } };
}
