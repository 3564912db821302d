/** Tests sweeps: eight runs in two settings, interrupted by a reload and gone on with to their results. */
import { expect, test } from "@playwright/test";
import { button, collectPageErrors, field, openPlayground, QUICK, SMALLEST } from "./playground.ts";
import { violations } from "./violations.ts";

const TINY = { ...SMALLEST, ...QUICK, dataSet: "starter", steps: 1, middleRepeats: 0 };

test("a sweep of eight runs goes on after a reload, and its heat map shows all of them", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, TINY);
  await page.getByRole("tab", { name: "Runs" }).click();
  await button(page, "New sweep").click();
  await field(page, "Values of Width multiplier").fill("0.125, 2");
  await expect(page.getByText(/^Value 2: the value does not fit/)).toBeVisible();
  await field(page, "Values of Width multiplier").fill("0.125, 0.14");
  await field(page, "Values of Seed").fill("1 to 4");
  await field(page, "Name of the sweep").fill("Eight");
  await expect(page.getByRole("region", { name: "Cost of the sweep" })).toContainText("Runs8");
  expect(await violations(page)).toEqual([]);
  await button(page, "Start 8 runs").click();

  const sweepStatus = page.getByRole("status", { name: "Status of Eight" });
  await expect(sweepStatus).toHaveText(/^[2-6] of 8 runs[.] /);
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(sweepStatus).toHaveText(/^[2-7] of 8 runs[.] Paused$/);
  await button(page, "Go on with Eight").click();
  await expect(sweepStatus).toHaveText("Finished: 8 of 8 runs");

  await button(page, "Results of Eight").click();
  const results = page.getByRole("region", { name: "Results of the sweep" });
  await expect(results.getByRole("row")).toHaveCount(9);
  await expect(results.getByRole("row").filter({ hasText: "Finished" })).toHaveCount(8);
  await page.getByRole("radio", { name: "Heat map" }).click();
  await expect(
    page.getByRole("img", { name: /^Heat map: 2 by 4 cells; .* is the highest$/ }),
  ).toBeVisible();
  await page.getByRole("radio", { name: "Parallel" }).click();
  await expect(page.getByRole("img", { name: /^Parallel coordinates of 8 runs: / })).toBeVisible();
  await expect(page.getByRole("region", { name: "Cost of runs" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(errors).toEqual([]);
});
