/**
 * Random links. Each is read as the page reads it: no exception, every setting within its rules, and the same link again after it
 * was written. Every tenth is also opened in a page, which must show what the link locks and stay usable.
 */
import fc from "fast-check";
import type { Page } from "playwright";
import { collectPageErrors, status } from "../../e2e/playground.ts";
import { checkSettings } from "../../src/settings/fields.ts";
import { decodeLink, encodeLink } from "../../src/store/settings/link.ts";
import { restrictionWords } from "../../src/store/settings/linkWords.ts";
import type { Trial, TrialFailure } from "../trial.ts";
import { type FuzzedLink, fuzzedLinks } from "./linkTexts.ts";

const EVERY = 10;
/** Browsers drop changes of an address that are more frequent than 200 in ten seconds; the page itself makes one in four. */
const PAUSE_MS = 70;
const LOCKS_TIMEOUT_MS = 20_000;

export const links: Trial = {
  about: "random links: no exception, no setting outside its rules, no broken page",
  actions: 10_000,
  async run({ browser, address, seed, actions, mostMs = Number.POSITIVE_INFINITY, shrinkMs, log }) {
    const page = await browser.newPage();
    const errors = collectPageErrors(page);
    await page.goto(address);
    await status(page).waitFor();
    const made: Record<string, number> = {};
    const end = performance.now() + mostMs;
    let total = 0;
    let failedAt = Number.POSITIVE_INFINITY;
    const property = fc.asyncProperty(fuzzedLinks, async (link) => {
      if (performance.now() > Math.min(end, failedAt + shrinkMs)) return;
      try {
        readBack(link);
        if (total % EVERY === 0 || failedAt < end) await openIn(page, link, errors);
      } catch (error) {
        failedAt = Math.min(failedAt, performance.now());
        throw error;
      }
      total += 1;
      made[link.kind] = (made[link.kind] ?? 0) + 1;
      if (total % 1000 === 0) log(`${total} of ${actions} links`);
    });
    const details = await fc.check(property, { seed, numRuns: actions });
    await page.close();
    const failure = details.failed ? failureOf(details, seed, actions) : undefined;
    return { actions: total, made, ...(failure === undefined ? {} : { failure }) };
  },
};

function readBack({ search }: FuzzedLink): void {
  const { problems, ...content } = decodeLink(search);
  checkSettings(content.values);
  if (problems.some(({ reason }) => reason.trim() === ""))
    throw new Error("a problem has no reason");
  const again = decodeLink(encodeLink(content));
  if (JSON.stringify(again) !== JSON.stringify({ ...content, problems: [] }))
    throw new Error("the link that is written is not the link that was read");
}

async function openIn(
  page: Page,
  { search }: FuzzedLink,
  errors: readonly string[],
): Promise<void> {
  const read = await page.evaluate(
    async ([link, pauseMs]) => {
      history.replaceState(null, "", link);
      dispatchEvent(new PopStateEvent("popstate"));
      // A URL loses line ends and what is behind a hash sign.
      const { search } = location;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      return search;
    },
    [search, PAUSE_MS] as const,
  );
  const words = restrictionWords(decodeLink(read).restrictions) ?? "";
  await page.waitForFunction(
    (wanted) => (document.querySelector("[role=note]")?.textContent ?? "") === wanted,
    words,
    { timeout: LOCKS_TIMEOUT_MS },
  );
  if (errors.length > 0) throw new Error(errors.join("; "));
  const broken = await page.getByText("Copy details").count();
  if (broken > 0) throw new Error("a part of the page shows an error");
}

function failureOf(
  { errorInstance, counterexample, numShrinks }: fc.RunDetails<[FuzzedLink]>,
  seed: number,
  actions: number,
): TrialFailure {
  const rule = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const sequence = (counterexample ?? []).map(({ search }) => search);
  return { rule, sequence, shrunk: numShrinks, replay: { seed, actions } };
}
