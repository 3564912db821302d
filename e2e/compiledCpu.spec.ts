/** Tests a machine without a graphics card: Automatic selects the compiled engine, which learns in seconds. */
import { expect, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  numberIn,
  openPlayground,
  status,
  stepShown,
  value,
  waitForStep,
  wordsOf,
} from "./playground.ts";

test("without a graphics card the processor trains a real network by itself", async ({ page }) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { recipe: "one-minute", steps: 300, warmUpSteps: 30, holdOut: 500 });
  await button(page, "Train").click();
  const chip = page.getByRole("button", { name: /CPU, compiled · SIMD/ });
  await expect(chip).toBeVisible({ timeout: 60_000 });

  await waitForStep(page, 5);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  const paused = await stepShown(page);
  expect(paused).toBeLessThan(300);
  await button(page, "Resume").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 300_000 });

  const accuracy = await numberIn(value(page, "Test accuracy"));
  test.info().annotations.push({ type: "test accuracy", description: `${accuracy} %` });
  expect(accuracy).toBeGreaterThanOrEqual(75);
  await expect(page.getByText(/10,000 test images/).first()).toBeVisible();
  expect(await wordsOf(page, "Per-class accuracy")).toContain("Trouser");

  await chip.click();
  await expect(page.getByText(/Without a graphics card/)).toBeVisible();
  await expect(page.getByText(/computed by the processor/).first()).toBeVisible();
  expect(errors).toEqual([]);
});
