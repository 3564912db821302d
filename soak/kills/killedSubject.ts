/**
 * One run, race or experiment on the page that is killed again and again. After each kill the page has to say what it found and to
 * go on at one press, and everything stored has to be whole.
 */
import type { Page } from "playwright";
import { button, status } from "../../e2e/playground.ts";
import { type KillableBrowser, startBrowser } from "./killableBrowser.ts";
import {
  type KillMoment,
  type KillReport,
  momentWords,
  PATIENCE_MS,
  untilMoment,
} from "./moments.ts";
import { type Loss, lossOf, type Report, sessionsOf } from "./reports.ts";
import { newestUnfinished, type Outcome, outcomeOf, readStore } from "./storedCheckpoints.ts";
import type { Subject } from "./subjects.ts";

export const VICTIMS = ["worker", "tab", "browser"] as const;

export interface PageKill extends KillMoment {
  readonly of: (typeof VICTIMS)[number];
}

/** What the page says that it found. */
interface Found {
  readonly seed: number;
  /** `null` when the seed of an experiment begins with its first step. */
  readonly step: number | null;
}

export interface KilledSubject {
  /** Kills it and comes back. Resolves with `null` when it has ended before. */
  kill(kill: PageKill): Promise<KillReport | null>;
  /** Lets it run to its end. */
  finish(): Promise<Outcome>;
  close(): Promise<void>;
}

/** How long an offer is waited for that need not come. */
const OFFER_MS = 5000;
const NO_LOSS: Loss = { lostMs: 0, intervalMs: 1, interruptedMs: 0 };

/** @param profile a folder that the browsers keep their storage in */
export async function startKilledSubject(
  address: string,
  profile: string,
  subject: Subject,
): Promise<KilledSubject> {
  const { settings, statusName, noticed, numSeeds } = subject;
  const query = new URLSearchParams(
    Object.entries(settings).map(([key, value]) => [key, String(value)]),
  );
  let browser = await startBrowser(profile);
  let page = await open(browser);
  let found: Found | null = null;
  let isOver = false;

  async function open({ context }: KillableBrowser): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    opened.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
    await opened.goto(`${address}?${query}`);
    await ready(opened);
    return opened;
  }

  async function ready(opened: Page): Promise<void> {
    if (settings.tab === undefined) await status(opened).getByText("Ready").waitFor();
    else await button(opened, "Start race").waitFor();
  }

  async function begin(): Promise<void> {
    if (found === null) await subject.start(page);
    else await button(page, "Go on").click();
  }

  /** @param isOffered whether there is something to go on from that the page must find by itself */
  async function comeBack(of: PageKill["of"], hasSpoken: boolean, isOffered: boolean) {
    if (of === "browser") {
      await browser.kill();
      browser = await startBrowser(profile);
      page = await open(browser);
      return;
    }
    if (of === "tab") {
      await browser.killTabs();
      await page.close().catch(() => {});
      page = await open(browser);
      return;
    }
    await page.evaluate("killWorkers()");
    if (hasSpoken)
      await page
        .getByRole("status", { name: statusName })
        .getByText(/^Failed: Training worker/)
        .waitFor();
    if (isOffered) return;
    // A worker that was killed before its first word is one that loads for ever, so a person reloads the page.
    await page.reload();
    await ready(page);
  }

  /** Reads what the page offers. @param isExpected without it, there need not be an offer */
  async function offered(isExpected: boolean): Promise<Found | null> {
    const offer = page.getByText(noticed).locator("..");
    const timeout = isExpected ? PATIENCE_MS : OFFER_MS;
    const isThere = await offer.waitFor({ timeout }).then(
      () => true,
      () => false,
    );
    if (!isThere && isExpected) throw new Error("the page offers nothing to go on with");
    if (!isThere) return null;
    const words = (await offer.textContent()) ?? "";
    const seed = Number(/seed (\d) of/.exec(words)?.[1] ?? 1);
    if (numSeeds > 1 && words.includes("from its first step")) return { seed, step: null };
    const [, step, total] = subject.found.exec(words) ?? [];
    if (numberOf(total) !== settings.steps) throw new Error(`the page says "${words}"`);
    return { seed, step: numberOf(step) };
  }

  /** @throws Error when more is lost than is promised */
  function requireKept(own: readonly Report[], before: Found | null, now: Found | null): Loss {
    const restored = own.find(({ type }) => type === "run.restored");
    const restoredStep = restored?.step ?? 0;
    if (restored !== undefined && restoredStep < (before?.step ?? 0))
      throw new Error(`${before?.step} was offered, and ${restoredStep} was restored`);
    const sessions = sessionsOf(own);
    const last = sessions.at(-1);
    const seed = (before?.seed ?? 1) + Math.max(0, sessions.length - 1);
    if (before !== null && now === null) throw new Error("what was found before is gone");
    if (now !== null && now.seed < seed)
      throw new Error(`seed ${seed} had begun, and seed ${now.seed} was found`);
    if (last === undefined || (now?.seed ?? 1) > seed) return NO_LOSS;
    return lossOf(last, now?.step ?? null);
  }

  return {
    async kill(kill) {
      const since = browser.reports.length;
      const before = found;
      await begin();
      const { reports } = browser;
      const own = () => reports.slice(since);
      const isFinished = () => numFinished(own()) > numSeeds - (before?.seed ?? 1);
      if (!(await untilMoment(kill, own, isFinished))) {
        isOver = true;
        return null;
      }
      const hasKept = own().some(({ type }) => type === "checkpoint.kept");
      const hasBegun = hasKept || before !== null || (numSeeds > 1 && sessionsOf(own()).length > 0);
      await comeBack(kill.of, own().length > 0, hasBegun && own().length > 0);
      const stored = await readStore(page);
      const newest = newestUnfinished(stored);
      isOver = isFinished() || (numSeeds === 1 && outcomeOf(stored).size > 0);
      if (isOver) return null;
      found = await offered(newest !== null || hasBegun);
      if (newest !== null && (found?.step ?? 0) > newest.summary.step)
        throw new Error(`the page offers step ${found?.step} and has ${newest.summary.step}`);
      const loss = requireKept(own(), before, found);
      const sessions = sessionsOf(own());
      const reached = sessions.at(-1)?.steps.at(-1)?.step ?? before?.step ?? 0;
      return {
        ...loss,
        writingMs: sessions.flatMap(({ writingMs }) => writingMs),
        words: `${momentWords(kill)}: step ${reached} reached, ${foundWords(found)} found`,
      };
    },
    async finish() {
      if (!isOver) {
        await begin();
        await page.getByRole("status", { name: statusName }).getByText("Finished").waitFor();
      }
      return outcomeOf(await readStore(page));
    },
    close: () => browser.kill(),
  };
}

/** Returns how many runs or races have finished. The id of a network in a race is that of the race and its number. */
function numFinished(reports: readonly Report[]): number {
  const ids = reports.flatMap(({ type, runId = "" }) => (type === "run.finished" ? [runId] : []));
  return new Set(ids.filter((id) => !id.includes("/"))).size;
}

function foundWords(found: Found | null): string {
  if (found === null) return "nothing";
  return `${found.seed > 1 ? `seed ${found.seed} ` : ""}step ${found.step ?? 0}`;
}

function numberOf(text: string | undefined): number {
  return Number(text?.replaceAll(",", ""));
}
