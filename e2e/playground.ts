/** What a person sees and presses, for the journeys. It uses only accessible names, which are the page's public interface. */
import { expect, type Locator, type Page } from "@playwright/test";

/** Settings for a link: those that differ from the recipe's. */
export type LinkSettings = Readonly<Record<string, string | number>>;

/**
 * The smallest network that still has every part, on the engine that starts within a second. On a software graphics adapter
 * TensorFlow.js takes twenty seconds before its first step. Journeys about an engine choose it explicitly.
 */
export const SMALLEST: LinkSettings = {
  recipe: "one-minute",
  engine: "wasm",
  inputSize: 28,
  width: 0.125,
  learningRate: 0.003,
  batchSize: 32,
  schedule: "constant",
  budget: "steps",
};

/** For journeys that are not about learning: small batches, a buffer of one shard, few images held out. */
export const QUICK: LinkSettings = { batchSize: 8, shuffleBuffer: 1000, holdOut: 50 };

/** For journeys that act during a run: more steps than any machine takes in that time. */
export const ENDLESS: LinkSettings = { steps: 1_000_000 };

export async function openPlayground(page: Page, settings: LinkSettings = {}): Promise<void> {
  const query = new URLSearchParams(
    Object.entries(settings).map(([key, value]) => [key, String(value)]),
  );
  await page.goto(`./?${query}`);
  await expect(status(page)).toHaveText("Ready");
}

/** Runs code first in the worker that trains, which a test cannot reach in another way. */
export async function beforeTheWorker(page: Page, code: string): Promise<void> {
  await page.route(/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

export const status = (page: Page): Locator => page.getByRole("status", { name: "Run status" });
export const button = (page: Page, name: string): Locator =>
  page.getByRole("button", { name, exact: true });
export const slider = (page: Page, name: string): Locator =>
  page.getByRole("slider", { name, exact: true });

/** A chart or picture. Some are one image to a screen reader; others hold controls. */
const figure = (page: Page, name: string): Locator =>
  page.getByRole("figure", { name, exact: true }).or(page.getByRole("img", { name, exact: true }));

/** Returns a figure's text alternative: its content or its description. */
export async function wordsOf(page: Page, name: string): Promise<string> {
  return figure(page, name).evaluate((element) => {
    const description = document.getElementById(element.getAttribute("aria-describedby") ?? "");
    return `${element.textContent} ${description?.textContent ?? ""}`;
  });
}

export const field = (page: Page, name: string): Locator => page.getByLabel(name, { exact: true });

/** Returns the element of a value such as "Parameters", "Test accuracy". */
export const value = (page: Page, name: string): Locator => page.getByLabel(name, { exact: true });

/** Parses a number: `22,855,952` -> 22855952, `62.5 %` -> 62.5. */
export async function numberIn(locator: Locator): Promise<number> {
  const text = (await locator.textContent()) ?? "";
  const number = Number.parseFloat(text.replaceAll(",", ""));
  expect(number, `a number in "${text}"`).not.toBeNaN();
  return number;
}

/**
 * Returns the number of steps done, from "epoch 1 of 2, step 35 of 937": the status while training, the line below it while
 * paused.
 */
export async function stepShown(page: Page): Promise<number> {
  const text = (await status(page).locator("..").textContent()) ?? "";
  return Number(/step ([\d,]+) of/.exec(text)?.[1]?.replaceAll(",", "") ?? Number.NaN);
}

export async function waitForStep(page: Page, atLeast: number): Promise<void> {
  await expect
    .poll(() => stepShown(page), { timeout: 120_000, intervals: [200] })
    .toBeGreaterThanOrEqual(atLeast);
}

/** Collects errors that the page itself throws, which fail a journey even when the page shows the right thing. */
export function collectPageErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  return errors;
}
