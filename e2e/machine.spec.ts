/** Tests who may compute: run and race of one page, and two tabs, which share the browser's locks. */
import { expect, type Page, test } from "@playwright/test";
import { keptSteps } from "./checkpoints.ts";
import {
  button,
  collectPageErrors,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  stepShown,
  waitForStep,
} from "./playground.ts";

const LONG = { ...SMALLEST, ...QUICK, engine: "wasm", dataSet: "starter", steps: 100_000 } as const;

const place = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const raceStatus = (page: Page) => page.getByRole("status", { name: "Race status" });

test("Train pauses the race, Resume of the race pauses the run, and a measurement waits for both", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, LONG);
  await button(page, "Compare").click();
  await button(page, "Start race").click();
  await expect(raceStatus(page)).toHaveText(/^Racing/, { timeout: 60_000 });

  await place(page, "Playground");
  await expect(button(page, "Measure twin")).toBeDisabled();
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await place(page, "Race");
  await expect(raceStatus(page)).toHaveText("Paused");
  await button(page, "Resume").click();
  await expect(raceStatus(page)).toHaveText(/^Racing/);
  await place(page, "Playground");
  await expect(status(page)).toHaveText("Paused");
  expect(errors).toEqual([]);
});

test("a second tab waits for the first, and takes over when it is told to", async ({
  page,
  context,
}) => {
  await openPlayground(page, LONG);
  const other = await context.newPage();
  await openPlayground(other, LONG);
  await button(page, "Train").click();
  await waitForStep(page, 1);
  await button(other, "Train").click();
  await expect(other.getByText("Another tab of this page is training.")).toBeVisible();
  await expect(status(other)).toHaveText("Ready");
  await button(other, "Go on here now").click();
  await waitForStep(other, 1);
  await expect(status(page)).toHaveText("Paused");
  await expect(page.getByText("Paused: another tab of this page trains now")).toBeVisible();

  await button(page, "Resume").click();
  await other.close();
  await expect(status(page), "a lock vanishes with its tab").toHaveText(/^Training/);

  const third = await context.newPage();
  await openPlayground(third);
  const offer = third.getByText("Another tab trains:");
  await expect(offer.locator("..")).toContainText(/One minute.*, step [\d,]+ of 100,000[.]/);
  await button(third, "Take it over here").click();
  await expect(status(page)).toHaveText(/^Goes on in another tab, from step \d/);
  const [, from] = /from step ([\d,]+)/.exec((await status(page).textContent()) ?? "") ?? [];
  await waitForStep(third, Number(from?.replaceAll(",", "")) + 1);
  await expect(offer).toBeHidden();
  await button(third, "Pause").click();
  await expect(status(third)).toHaveText("Paused");
  const step = await stepShown(third);
  await button(page, "Reset").click();
  await expect.poll(() => keptSteps(third), "the first tab removes nothing of it").toContain(step);
});
