/** Tests the Runs tab: what was trained is kept, compared, exported, deleted and imported again. */
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { strFromU8, unzipSync } from "fflate";
import {
  button,
  collectPageErrors,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  value,
} from "./playground.ts";
import { violations } from "./violations.ts";

const TINY = { ...SMALLEST, ...QUICK, dataSet: "starter", steps: 6 } as const;

async function train(page: Page, settings: Readonly<Record<string, string | number>>) {
  await openPlayground(page, settings);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 200_000 });
}

async function openRuns(page: Page, numRuns: number) {
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByRole("status", { name: "Runs found" })).toHaveText(
    numRuns === 1 ? "1 run" : `${numRuns} runs`,
  );
}

async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const dropped = await page.evaluateHandle(
    ([called, text]) => {
      const data = new DataTransfer();
      const numbers = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      data.items.add(new File([numbers], called));
      return data;
    },
    [name, Buffer.from(bytes).toString("base64")] as const,
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
}

const boxes = (page: Page) => page.getByRole("checkbox", { name: /^Compare One minute/ });

test("three short runs are compared, and what differs is read", async ({ page }) => {
  test.setTimeout(400_000);
  const errors = collectPageErrors(page);
  await train(page, TINY);
  await train(page, { ...TINY, seed: 2 });
  await train(page, { ...TINY, width: 0.25 });
  await openRuns(page, 3);
  await expect(page.getByRole("listitem").filter({ hasText: "Finished" })).toHaveCount(3);
  for (const index of [0, 1, 2]) await boxes(page).nth(index).check();

  const settings = page.getByRole("region", { name: "Settings side by side" });
  await expect(settings.getByRole("row")).toHaveCount(3);
  await expect(settings.getByRole("row", { name: /^Width multiplier/ })).toHaveText(
    /0\.250\.1250\.125$/,
  );
  await expect(settings.getByRole("row", { name: /^Seed/ })).toHaveText(/121$/);
  await page.getByRole("checkbox", { name: "Only what differs" }).uncheck();
  await expect(settings.getByRole("row", { name: /^Optimizer/ })).toBeVisible();

  await test.step("the curves answer to the cursor keys and fold the seeds", async () => {
    const plot = page.getByRole("img", { name: /^Plot of validation accuracy/ });
    await plot.focus();
    await page.keyboard.press("End");
    await expect(page.getByText("At 6 (step)")).toBeVisible();
    await page.getByRole("checkbox", { name: "Fold seeds" }).check();
    await expect(page.getByText("(2 seeds)")).toBeVisible();
    await page.getByRole("radio", { name: "Images" }).click();
    await expect(page.getByRole("img", { name: /over images$/ })).toBeVisible();
  });
  const figures = page.getByRole("region", { name: "Figures side by side" });
  await expect(figures.getByRole("row", { name: /^Parameters/ })).toContainText("134,210");
  await expect(page.getByRole("img", { name: /^Confusion matrix of run/ })).toHaveCount(3);
  await expect(page.getByRole("img", { name: "Run 2 minus run 1" })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await test.step("the settings of a run come back into the controls", async () => {
    await page
      .getByRole("button", { name: /^Open One minute/ })
      .first()
      .click();
    await button(page, "Restore settings").click();
    await expect(page).toHaveURL(/wid=0.25/);
    await expect(value(page, "Parameters")).not.toHaveText("134,210");
  });
  expect(errors).toEqual([]);
});

test("a run is found again after a reload, exported, deleted, and comes back from its file", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await train(page, TINY);
  await page.goto("./?tab=runs");
  await openRuns(page, 1);
  await test.step("a cell of its matrix leads to the pictures", async () => {
    await boxes(page).check();
    await page.getByRole("application", { name: /^Cells of run 1/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await expect(page.getByText(/^Trouser, recognised: \d+ image/)).toBeVisible();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: /^Mistakes and confidence: One minute/ });
    await expect(dialog.getByRole("heading", { name: "Trouser, recognised" })).toBeVisible();
    await expect(dialog.getByText(/^1,000 test images after step \d/)).toBeVisible();
    await button(page, "Worst mistakes").click();
    const mistakes = dialog.getByRole("list", { name: "Worst mistakes" }).getByRole("listitem");
    await expect(mistakes.first()).toContainText(/\d+ %, wrong: it is/);
    await expect(mistakes.first().locator("canvas")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });
  await page.getByRole("button", { name: /^Open One minute/ }).click();
  await field(page, "Tags").fill("first, class 9");
  await field(page, "Notes").fill("It learns.");
  await button(page, "Export run").click();
  await expect(page.getByText(/^About \d+ kB/)).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save file").click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^one-minute.*[.]runs[.]zip$/);
  const bytes = await readFile(await download.path());
  const entries = unzipSync(bytes);
  const checkpoint = entries["runs/1/run.checkpoint"] ?? new Uint8Array();
  const run = JSON.parse(strFromU8(entries["runs/1/run.json"] ?? new Uint8Array()));
  expect(run).toMatchObject({ notes: "It learns.", tags: ["first", "class 9"] });
  await page.getByRole("button", { name: /^Open One minute/ }).click();
  await expect(button(page, "Continue with its weights")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  const [report] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save report").click(),
  ]);
  const html = await readFile(await report.path(), "utf8");
  expect(html).toContain("It learns.");
  expect(html).toContain("<svg");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www[.]w3[.]org)/);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: /^Delete One minute/ }).click();
  await expect(boxes(page)).toHaveCount(0);
  await button(page, "Undo").click();
  await expect(boxes(page)).toHaveCount(1);
  await button(page, "Forget everything").click();
  await button(page, "Forget all runs").click();
  await expect(page.getByText("Nothing is recorded yet.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Nothing is recorded yet.")).toBeVisible();

  await test.step("dropped on the page", async () => {
    await page.getByRole("tab", { name: "Playground" }).click();
    await drop(page, "mine.runs.zip", bytes);
    await expect(page.getByRole("status", { name: "Imported runs" })).toHaveText(
      "1 run imported from mine.runs.zip.",
    );
    await expect(boxes(page)).toHaveCount(1);
    await expect(page.getByText("class 9")).toBeVisible();
  });
  await test.step("its weights train on with other settings, and what matches is listed before", async () => {
    await page.getByRole("button", { name: /^Open One minute/ }).click();
    await button(page, "Continue with its weights").click();
    const chosen = page.getByRole("region", { name: "Chosen weights" });
    await expect(chosen).toContainText("all 33 layers with weights match");
    await field(page, "Middle-flow repeats").fill("1");
    await expect(chosen).toContainText(/\d+ of \d+ layers with weights match/);
    await button(page, "Train").click();
    await expect(status(page)).toHaveText("Finished", { timeout: 200_000 });
    await expect(
      page.getByText(/^Starts from the weights of One minute.*; new are /),
    ).toBeVisible();
  });
  await test.step("a checkpoint that the terminal wrote is a run of its own", async () => {
    await drop(page, "000001-step-6.checkpoint", checkpoint);
    await expect(page.getByRole("status", { name: "Imported runs" })).toHaveText(
      "1 run imported from 000001-step-6.checkpoint.",
    );
    await expect(boxes(page)).toHaveCount(3);
    await drop(page, "000001-step-6.checkpoint", Buffer.from(checkpoint).fill(7, 5000, 5100));
    await expect(page.getByRole("status", { name: "Imported runs" })).toContainText(
      "Nothing was imported from 000001-step-6.checkpoint",
    );
  });
  await field(page, "Search runs").fill("nothing like this");
  await expect(page.getByText("No run has all of this.")).toBeVisible();
  expect(errors).toEqual([]);
});

test("without a database training goes on, and a sentence says what is not kept", async ({
  page,
}) => {
  await page.addInitScript(() => {
    Object.assign(IDBFactory.prototype, {
      open() {
        throw new DOMException("denied by a test", "SecurityError");
      },
    });
  });
  const errors = collectPageErrors(page);
  await train(page, TINY);
  await expect(page.getByText(/Runs of this visit are not kept.*denied by a test/)).toBeVisible();
  await openRuns(page, 1);
  expect(errors).toEqual([]);
});

test("a race and its lanes are recorded", async ({ page }) => {
  test.setTimeout(400_000);
  await page.goto(
    `./?${new URLSearchParams({ tab: "race", ...TINY, steps: "6" } as Record<string, string>)}`,
  );
  await button(page, "Start race").click();
  await expect(page.getByRole("status", { name: "Race status" })).toHaveText("Finished", {
    timeout: 200_000,
  });
  await openRuns(page, 2);
  await expect(page.getByText("Race: Ordinary")).toBeVisible();
});
