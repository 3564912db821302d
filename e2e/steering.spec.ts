/** Changes during a run: from the next step on, marked on the curves. */
import { expect, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  ENDLESS,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  waitForStep,
  wordsOf,
} from "./playground.ts";

test("a learning rate changed during a run is marked on the curves; what is structural starts a new run", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...SMALLEST, ...QUICK, ...ENDLESS, dataSet: "starter" });
  await button(page, "Train").click();
  await waitForStep(page, 5);
  await field(page, "Learning rate").fill("0.001");
  await expect.poll(() => wordsOf(page, "Loss")).toMatch(/Learning rate 0[.]001 from step \d+ on/);
  await expect.poll(() => wordsOf(page, "Accuracy")).toContain("Learning rate 0.001 from step");

  await field(page, "Batch size").fill("4");
  await expect(page.getByText(/changing Batch size starts a new run/)).toBeVisible();
  await field(page, "Batch size").blur();
  await page.getByRole("heading", { name: "Loss" }).click();
  await page.keyboard.press("Control+z");
  await expect(field(page, "Batch size")).toHaveValue("8");
  await expect(page.getByText(/changing .* starts a new run/)).toHaveCount(0);
  await expect(field(page, "Batch size")).toHaveAccessibleDescription(/starts a new run/);
  await expect(field(page, "Learning rate")).not.toHaveAccessibleDescription(/starts a new run/);

  await field(page, "Steps").fill("1");
  await expect(page.getByRole("status", { name: "Run status" })).toHaveText("Finished");
  expect(errors).toEqual([]);
});

test("a run stops when validation no longer improves, and page and record say why", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, {
    ...{ ...SMALLEST, ...QUICK, ...ENDLESS, dataSet: "starter", stepsPerEpoch: 8 },
    ...{ patience: 1, minImprovement: 100, restoreBest: "on" },
  });
  await button(page, "Train").click();
  await expect(page.getByRole("status", { name: "Run status" })).toHaveText("Finished", {
    timeout: 120_000,
  });
  const words = /^Stopped: validation has not improved for 1 validation/;
  await expect(page.getByText(words)).toBeVisible();
  await expect(page.getByText("after step 4 of 1,000,000")).toBeVisible();

  await page.getByRole("tab", { name: "Runs" }).click();
  await page.getByRole("button", { name: /^Open One minute/ }).click();
  await expect(page.getByRole("dialog").getByText(words)).toBeVisible();
  expect(errors).toEqual([]);
});
