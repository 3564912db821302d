/** How the monkey presses, and what it takes for an answer. A machine with other work is no dead control. */
import type { Locator, Page } from "playwright";
import { button } from "../../e2e/playground.ts";
import { BrokenRule } from "./rules.ts";

/** For an element that other things lie above, or that goes while it is pressed. */
export const PRESS_MS = 5000;
/** Until a button of a run has done something, on the slowest machine. */
const EFFECT_MS = 120_000;

/** `false` where it is not there, not alone, cannot be pressed, or something lies above it. */
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

/** A step may leave all words as they were. */
const TAKE_STEPS: ReadonlySet<string> = new Set(["Train", "Start race", "Resume", "Step"]);

/** A button that is there, can be pressed and then does nothing is dead. */
export async function pressedWithEffect(page: Page, name: string): Promise<boolean> {
  const seen = () =>
    page.evaluate(() => ({ steps: window.watched.steps.length, turns: window.watched.turns }));
  // The convolution laboratory has buttons of the same names, which change a picture only.
  if ((await page.getByRole("status", { name: /^(Run|Race) status$/ }).count()) === 0) return false;
  const before = await seen();
  if (!(await pressed(button(page, name)))) return false;
  await until(`effect of ${name}`, async () => {
    const { steps, turns } = await seen();
    return turns !== before.turns || (TAKE_STEPS.has(name) && steps !== before.steps);
  });
  return true;
}

/** @throws BrokenRule naming `what` there is not, where it does not come. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + EFFECT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new BrokenRule(`No dead control: there is no ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
