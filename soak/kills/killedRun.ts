/**
 * One run on the page that is killed again and again, each time goes on from what was kept, and must end as a run to which
 * nothing happened.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright";
import { button, type LinkSettings, QUICK, SMALLEST, status } from "../../e2e/playground.ts";
import { greatestOf } from "../../src/core/numbers.ts";
import { CLOCK, type KillableBrowser, startBrowser, type Told } from "./killableBrowser.ts";

export const VICTIMS = ["worker", "tab", "browser"] as const;

export interface PageKill {
  readonly of: (typeof VICTIMS)[number];
  /** Waits from the press of the button, or from the first step after it. */
  readonly from: "press" | "step";
  readonly afterMs: number;
}

/** What a run left behind: checksums of its files. */
export interface Outcome {
  readonly weights: string;
  readonly curve: string;
}

const SETTINGS: LinkSettings = {
  ...SMALLEST,
  ...QUICK,
  ...{ batchSize: 32, middleRepeats: 0, dataSet: "starter", reproducible: "on", steps: 1000 },
};
const PATIENCE_MS = 300_000;
/**
 * On a machine that is busy with other things, starting the worker that writes and flushing to the disk may take this much longer
 * than the interval allows for. The result holds the greatest loss.
 */
const LATE_MS = 15_000;
/** Without a checkpoint there is no offer; this is how long one is waited for. */
const OFFER_MS = 5000;

export interface KilledRun {
  /** Kills it at the given moment and comes back. Resolves with false when the run has ended before. */
  kill(kill: PageKill): Promise<boolean>;
  /** Lets it run to its end. */
  finish(): Promise<Outcome>;
  close(): Promise<void>;
  /** The greatest loss so far as a share of the interval that the page had told. */
  readonly greatestLoss: number;
  readonly version: string;
}

/** @param profile a folder that the browsers keep their storage in */
export async function startKilledRun(address: string, profile: string): Promise<KilledRun> {
  const query = new URLSearchParams(
    Object.entries(SETTINGS).map(([key, value]) => [key, String(value)]),
  );
  let browser = await startBrowser(profile);
  let page = await open(browser);
  /** The step of the newest checkpoint that the page offered; `null` before there was one. */
  let found: number | null = null;
  let greatestLoss = 0;

  async function open({ context }: KillableBrowser): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    await opened.goto(`${address}?${query}`);
    await status(opened).getByText("Ready").waitFor();
    return opened;
  }

  async function begin(): Promise<void> {
    if (found === null) await button(page, "Train").click();
    else await button(page, "Go on").click();
  }

  /** Resolves with false when the run ends before an event for which `is` holds. */
  async function until(is: (event: Told) => boolean, since: number): Promise<boolean> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const told = browser.told.slice(since);
      const failed = told.find(({ type }) => type === "run.failed");
      if (failed !== undefined) throw new Error(`the run failed: ${failed.message}`);
      if (told.some(is)) return true;
      if (told.some(({ type }) => type === "run.finished")) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error("the run does nothing");
  }

  async function comeBack(victim: PageKill["of"], hadSpoken: boolean): Promise<void> {
    if (victim === "browser") {
      await browser.kill();
      browser = await startBrowser(profile);
      page = await open(browser);
      return;
    }
    if (victim === "tab") {
      await browser.killTabs();
      await page.close().catch(() => {});
      page = await open(browser);
      return;
    }
    await page.evaluate("killWorkers()");
    // A worker that was killed before its first word is one that loads for ever, so a person reloads the page.
    if (hadSpoken) await status(page).getByText("Failed: Training worker").waitFor();
    page.once("dialog", (dialog) => void dialog.accept().catch(() => {}));
    await page.reload();
    await status(page).getByText("Ready").waitFor();
  }

  /** @param own what the workers told since the button was pressed */
  function requireKept(own: readonly Told[], before: number | null): void {
    const kept = own.filter(({ type }) => type === "checkpoint.kept");
    const failed = own.find(({ type }) => type === "checkpoint.failed");
    if (failed !== undefined) throw new Error(`no checkpoint was kept: ${failed.message}`);
    const told = kept.at(-1)?.step ?? before;
    if (told !== null && (found === null || found < told))
      throw new Error(`the checkpoint of step ${told} was kept, and the page offers ${found}`);
    const steps = own.filter(({ type }) => type === "step.completed");
    const reached = steps.at(-1);
    if (reached === undefined) return;
    const trainMsAt = (step: number) =>
      steps.find((event) => (event.step ?? 0) >= step)?.trainMs ?? 0;
    const lostMs = (reached.trainMs ?? 0) - (found === null ? 0 : trainMsAt(found));
    const intervalMs = greatestOf([30_000, ...kept.map((event) => event.intervalMs ?? 0)]);
    greatestLoss = Math.max(greatestLoss, lostMs / intervalMs);
    if (lostMs > intervalMs + CLOCK * LATE_MS)
      throw new Error(
        `step ${reached.step} was reached and ${found} found: ${Math.round(lostMs / CLOCK)} ms are lost`,
      );
  }

  return {
    async kill({ of, from, afterMs }) {
      const since = browser.told.length;
      const before = found;
      await begin();
      const isStep = ({ type }: Told) => type === "step.completed";
      if (from === "step" && !(await until(isStep, since))) return false;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const { told } = browser;
      const own = () => told.slice(since);
      if (own().some(({ type }) => type === "run.finished")) return false;
      await comeBack(of, own().length > 0);
      const isKept = own().some(({ type }) => type === "checkpoint.kept");
      found = await offeredStep(page, isKept || before !== null);
      requireKept(own(), before);
      return true;
    },
    async finish() {
      const isOver = (await status(page).textContent()) === "Finished";
      if (!isOver) await begin();
      await status(page).getByText("Finished").waitFor();
      return outcomeOf(page);
    },
    async close() {
      await browser.kill();
    },
    get greatestLoss() {
      return greatestLoss;
    },
    version: browser.version,
  };
}

/** Returns the step from which the page offers to go on; `null` when it offers nothing. */
async function offeredStep(page: Page, isExpected: boolean): Promise<number | null> {
  const offer = page.getByText("A run was interrupted.").locator("..");
  const timeout = isExpected ? PATIENCE_MS : OFFER_MS;
  const isThere = await offer.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const [, step] = /step ([\d,]+) of/.exec((await offer.textContent()) ?? "") ?? [];
  return Number(step?.replaceAll(",", ""));
}

async function outcomeOf(page: Page): Promise<Outcome> {
  await button(page, "Export").click();
  const save = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button(page, name).click(),
    ]);
    return createHash("sha256")
      .update(await readFile(await download.path()))
      .digest("hex");
  };
  return { weights: await save("Save ONNX model"), curve: await save("Save History") };
}
