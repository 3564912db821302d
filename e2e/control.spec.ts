/** Tests pause, step, resume, reset, and settings that change during a run. */
import { expect, test } from "@playwright/test";
import {
  button,
  ENDLESS,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  slider,
  status,
  stepShown,
  waitForStep,
} from "./playground.ts";

const LONG_RUN = { ...SMALLEST, ...QUICK, ...ENDLESS };

test("pause holds, step takes one step, resume goes on, reset starts afresh", async ({ page }) => {
  await openPlayground(page, LONG_RUN);
  await button(page, "Train").click();
  await waitForStep(page, 3);

  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  const paused = await stepShown(page);
  await page.waitForTimeout(1500);
  expect(await stepShown(page)).toBe(paused);

  await button(page, "Step").click();
  await expect.poll(() => stepShown(page)).toBe(paused + 1);
  await expect(status(page)).toHaveText("Paused");

  await button(page, "Resume").click();
  await waitForStep(page, paused + 3);

  await button(page, "Reset").click();
  await expect(status(page)).toHaveText("Ready");
  await button(page, "Train").click();
  await waitForStep(page, 1);
});

test("Step from Ready takes the first step and waits", async ({ page }) => {
  await openPlayground(page, LONG_RUN);
  await button(page, "Step").click();
  await expect(status(page)).toHaveText("Paused", { timeout: 60_000 });
  expect(await stepShown(page)).toBe(1);
});

test("a network setting changed mid-run waits for the next run; the learning rate applies at once", async ({
  page,
}) => {
  await openPlayground(page, LONG_RUN);
  await button(page, "Train").click();
  await waitForStep(page, 2);

  await slider(page, "Middle-flow repeats").focus();
  await page.keyboard.press("ArrowRight");
  await expect(
    page.getByText("The run in progress keeps the settings it started with"),
  ).toBeVisible();
  const before = await stepShown(page);
  await waitForStep(page, before + 2);

  const rate = field(page, "Learning rate");
  await rate.fill("0.0001");
  await rate.press("Enter");
  await waitForStep(page, before + 4);
});

test("leaving the page while a run goes on asks first", async ({ page }) => {
  await openPlayground(page, LONG_RUN);
  await button(page, "Train").click();
  await waitForStep(page, 1);
  const asked = page.waitForEvent("dialog");
  const leaving = page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await leaving;
  await waitForStep(page, 2);
});

test("a hidden tab keeps training", async ({ page }) => {
  await openPlayground(page, LONG_RUN);
  await button(page, "Train").click();
  await waitForStep(page, 1);
  // Simulates a hidden tab: the page gets no animation frames and reports that it is hidden.
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    window.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const before = await stepShown(page);
  await waitForStep(page, before + 5);
});

test("a tab that waits for another's training does not disturb it, and trains when that pauses", async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  await openPlayground(page, LONG_RUN);
  await openPlayground(other, { ...LONG_RUN, seed: 2 });
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await button(other, "Train").click();
  await expect(other.getByText("Another tab of this page is training.")).toBeVisible();
  await button(other, "Reset").click();
  await expect(status(other)).toHaveText("Ready");
  const before = await stepShown(page);
  await waitForStep(page, before + 2);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  await button(other, "Train").click();
  await waitForStep(other, 2);
});
