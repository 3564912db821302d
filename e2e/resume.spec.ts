import { expect, type Page, test } from "@playwright/test";
import { keptSteps } from "./checkpoints.ts";
import {
  button,
  collectPageErrors,
  ENDLESS,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  stepShown,
  waitForStep,
} from "./playground.ts";

const RUN = { ...SMALLEST, ...QUICK, ...ENDLESS, middleRepeats: 0 };

async function trainUntilKept(page: Page): Promise<number> {
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await waitForStep(page, 3);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  const step = await stepShown(page);
  await expect.poll(() => keptSteps(page)).toContain(step);
  return step;
}

async function expectOffer(page: Page, step: number): Promise<void> {
  const offer = page.getByText("A run was interrupted.");
  await expect(offer).toBeVisible();
  await expect(offer.locator("..")).toContainText(`step ${step} of 1,000,000`);
}

test("a run that a reload interrupts is offered and goes on at one press, with its curve", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  const step = await trainUntilKept(page);
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await expectOffer(page, step);
  await button(page, "Go on").click();
  await waitForStep(page, step + 2);
  await expect(page.getByText("A run was interrupted.")).toBeHidden();
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  const later = await stepShown(page);
  await expect.poll(() => keptSteps(page)).toContain(later);
  await button(page, "Reset").click();
  await expect.poll(() => keptSteps(page)).toEqual([]);
  await page.reload();
  await expect(status(page)).toHaveText("Ready");
  await expect(page.getByText("A run was interrupted.")).toBeHidden();
  expect(errors).toEqual([]);
});

test("a run whose tab crashes goes on in a new one, and can be discarded", async ({
  page,
  context,
}) => {
  const step = await trainUntilKept(page);
  await page.goto("chrome://crash").catch(() => {});
  const again = await context.newPage();
  await openPlayground(again);
  await expectOffer(again, step);
  await button(again, "Discard it").click();
  await expect(again.getByText("A run was interrupted.")).toBeHidden();
  await expect.poll(() => keptSteps(again)).toEqual([]);
});

test("a run whose worker the browser kills goes on at one press", async ({ page }) => {
  const errors = collectPageErrors(page);
  const step = await trainUntilKept(page);
  for (const worker of page.workers())
    if (worker.url().includes("/main-")) await worker.evaluate(() => self.close()).catch(() => {});
  await expect(status(page)).toHaveText(/^Failed: Training worker: the browser ended it/);
  await expectOffer(page, step);
  await button(page, "Go on").click();
  await waitForStep(page, step + 2);
  await expect(page.getByText("A run was interrupted.")).toBeHidden();
  expect(errors).toEqual([]);
});

test("a run goes on when everything is forgotten, and leaves no checkpoint behind", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await trainUntilKept(page);
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByText(/Checkpoints: [\d.]+ [kM]B of at most [\d.]+ [MG]B/)).toBeVisible();
  await button(page, "Forget everything").click();
  await expect(page.getByText(/goes on, but it is no longer recorded/)).toBeVisible();
  await button(page, "Forget all runs").click();
  await expect.poll(() => keptSteps(page)).toEqual([]);
  await page.getByRole("tab", { name: "Playground" }).click();
  const step = await stepShown(page);
  await button(page, "Resume").click();
  await waitForStep(page, step + 2);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  expect(await keptSteps(page)).toEqual([]);
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await expect(status(page)).toHaveText("Ready");
  await expect(page.getByText("A run was interrupted.")).toBeHidden();
  expect(errors).toEqual([]);
});

test("a race that a reload interrupts goes on with all its networks", async ({ page }) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, RUN);
  await button(page, "Compare").click();
  const raceStatus = page.getByRole("status", { name: "Race status" });
  const position = raceStatus.locator("..");
  await button(page, "Start race").click();
  await expect(raceStatus).toHaveText(/Racing, step [3-9]/);
  await button(page, "Pause").click();
  await expect(raceStatus).toHaveText("Paused");
  const words = await position.textContent();
  const step = Number(/step ([\d,]+)/.exec(words ?? "")?.[1]?.replaceAll(",", ""));
  await expect.poll(() => keptSteps(page)).toContain(step);
  page.once("dialog", (dialog) => dialog.accept());
  await page.goto("/");
  const offer = page.getByText("A race was interrupted.");
  await expect(offer.locator("..")).toContainText("A race of 2 networks (Separable, Ordinary)");
  await expect(offer.locator("..")).toContainText(`step ${step} of 1,000,000`);
  await button(page, "Go on").click();
  await expect(raceStatus).toHaveText(/Racing, step/);
  await button(page, "Pause").click();
  await expect(raceStatus).toHaveText("Paused");
  await expect(position).not.toContainText(`step ${step} of`);
  await button(page, "Reset").click();
  await expect.poll(() => keptSteps(page)).toEqual([]);
  expect(errors).toEqual([]);
});
