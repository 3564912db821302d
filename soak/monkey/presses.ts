/**
 * How the monkey presses controls, and what counts as an effect. The timeouts are long, because a busy machine must not look
 * like a dead control.
 */
import type { Locator, Page } from "playwright";
import { button } from "../../e2e/playground.ts";
import { BrokenRule } from "./rules.ts";

/** The timeout for an element that is covered, or that disappears while it is pressed. */
export const PRESS_MS = 5000;
/** The timeout for a run's button to have an effect, on the slowest machine. */
const EFFECT_MS = 120_000;

/** Returns `false` when the element is missing, ambiguous, disabled or covered. */
export async function pressed(element: Locator): Promise<boolean> {
  const possible = await element.evaluateAll((found) =>
    found.map(
      (one) =>
        one.checkVisibility() &&
        !one.matches(":disabled") &&
        one.getAttribute("aria-disabled") !== "true",
    ),
  );
  if (possible.length !== 1 || possible[0] !== true) return false;
  return element.click({ timeout: PRESS_MS }).then(
    () => true,
    () => false,
  );
}

/** These buttons may take a step without changing any text. */
const TAKE_STEPS: ReadonlySet<string> = new Set(["Train", "Start race", "Resume", "Step"]);

/** Throws when a button exists and is enabled but has no effect. */
export async function pressedWithEffect(page: Page, name: string): Promise<boolean> {
  const seen = () =>
    page.evaluate(() => ({ steps: window.watched.steps.length, turns: window.watched.turns }));
  // The convolution laboratory has buttons of the same names, which only change a picture.
  if ((await page.getByRole("status", { name: /^(Run|Race) status$/ }).count()) === 0) return false;
  const before = await seen();
  if (!(await pressed(button(page, name)))) return false;
  await until(`effect of ${name}`, async () => {
    const { steps, turns } = await seen();
    return turns !== before.turns || (TAKE_STEPS.has(name) && steps !== before.steps);
  });
  return true;
}

/** @throws BrokenRule naming `what` did not happen in time. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + EFFECT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new BrokenRule(`No dead control: there is no ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
