/** Tests that the live charts exist while there is data, and that nothing of them is left after Reset. */
import { expect, type Page, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  ENDLESS,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  waitForStep,
} from "./playground.ts";

/** The canvases of the charts: one for each chart with data. */
const paintings = (page: Page) =>
  page.getByRole("region", { name: "Live charts" }).locator("canvas");

test("Reset takes down every chart, and the next run puts up its own", async ({ page }) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...SMALLEST, ...QUICK, ...ENDLESS });
  await expect(paintings(page)).toHaveCount(0);
  for (const run of ["first", "second"]) {
    await test.step(`${run} run`, async () => {
      await button(page, "Train").click();
      await waitForStep(page, 3);
      // Loss and accuracy; the confusion matrix appears with the first validation.
      await expect.poll(() => paintings(page).count()).toBeGreaterThanOrEqual(2);
      await button(page, "Reset").click();
      await expect(status(page)).toHaveText("Ready");
      await expect(paintings(page)).toHaveCount(0);
    });
  }
  expect(errors).toEqual([]);
});
