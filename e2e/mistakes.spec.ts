/** Tests the way from a confusion matrix to its pictures, and the figures of confidence beside it. */
import { expect, type Page, test } from "@playwright/test";
import { calibrationOf } from "../src/core/calibration.ts";
import { formatPercent } from "../src/core/units.ts";
import {
  button,
  collectPageErrors,
  ENDLESS,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  value,
} from "./playground.ts";

const TINY = { ...SMALLEST, ...QUICK, dataSet: "starter" };

declare global {
  interface Window {
    /** What the worker said of each image of the newest test. */
    lastTest?: { labels: number[]; predicted: number[]; probabilities: number[] };
  }
}

/** Listens to the page's workers beside the page. */
async function listenToTests(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Original = window.Worker;
    window.Worker = class extends Original {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        this.addEventListener("message", ({ data }) => {
          if (data?.type !== "test.completed") return;
          const { labels, predicted, probabilities } = data;
          window.lastTest = {
            labels: [...labels],
            predicted: [...predicted],
            probabilities: [...probabilities],
          };
        });
      }
    };
  });
}

test("the keyboard goes to a cell, opens its pictures, and comes back", async ({ page }) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...TINY, ...ENDLESS });
  await button(page, "Train").click();
  await expect(page.getByText(/validation images after step/)).toBeVisible({ timeout: 120_000 });
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");

  const cells = page.getByRole("gridcell");
  await cells.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const chosen = page.getByRole("gridcell", { name: /^Trouser recognised/ });
  await expect(chosen).toBeFocused();
  const count = Number(/: ([\d,]+),/.exec((await chosen.getAttribute("aria-label")) ?? "")?.[1]);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Trouser, recognised" });
  const pictures = dialog.getByRole("listitem");
  await expect(pictures).toHaveCount(count);
  if (count > 0) {
    await expect(pictures.first()).toContainText(/Trouser, \d+ %, right/);
    await expect(dialog.locator("canvas")).toHaveCount(count);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(errors).toEqual([]);
});

test("after a test, the worst mistakes and the calibration error agree with the probabilities", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await listenToTests(page);
  await openPlayground(page, { ...TINY, steps: 20 });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
  await button(page, "Mistakes and confidence").click();
  const dialog = page.getByRole("dialog", { name: "Mistakes and confidence" });
  const told = await page.evaluate(() => window.lastTest);
  if (told === undefined) throw new Error("no test was reported");
  const images = {
    labels: Uint8Array.from(told.labels),
    predicted: Uint8Array.from(told.predicted),
    probabilities: Float32Array.from(told.probabilities),
  };
  const { expectedError = Number.NaN } = calibrationOf(images);
  await expect(value(page, "Calibration error (ECE)")).toHaveText(formatPercent(expectedError));

  const mistakes = dialog.getByRole("list", { name: "Worst mistakes" }).getByRole("listitem");
  await expect(mistakes.first()).toContainText(/wrong: it is/);
  const shares = (await mistakes.allTextContents()).map((text) =>
    Number(/, (\d+) %, wrong/.exec(text)?.[1]),
  );
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  const worst = told.labels.map((label, image) =>
    label === told.predicted[image]
      ? 0
      : (told.probabilities[image * 10 + (told.predicted[image] ?? 0)] ?? 0),
  );
  expect(shares[0]).toBe(Math.round(100 * worst.reduce((most, one) => Math.max(most, one), 0)));

  await dialog.getByRole("gridcell").first().focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("heading", { name: /, recognised$/ })).toBeVisible();
  await dialog.getByText("Confidence as a table").click();
  await expect(dialog.getByRole("table", { name: "Images by confidence" })).toBeVisible();
  await expect(dialog.getByRole("img", { name: "Calibration" })).toBeVisible();
  expect(errors).toEqual([]);
});
