/** Tests that a page that browser translation or an extension has changed continues to work and shows true text. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { meddle, textOf, translatePage } from "./foreignHands.ts";
import { arrayFiles } from "./ownFiles.ts";
import {
  button,
  collectPageErrors,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  slider,
  status,
  value,
  waitForStep,
} from "./playground.ts";

const RUN = { ...SMALLEST, ...QUICK, engine: "wasm", dataSet: "starter", steps: 5000 };

/** Checks that every element shows React's text, and that React owns no text node that others could replace. */
async function expectTrue(page: Page): Promise<void> {
  await expect.poll(() => textOf(page)).toEqual({ bare: [], stale: [] });
}

async function inDialog(page: Page, opener: string, name: string): Promise<void> {
  await button(page, opener).click();
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  await expectTrue(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await field(page, name).click();
  await page.getByRole("option", { name: option }).click();
}

/** Shows and hides every part of the page once. */
async function walk(page: Page): Promise<void> {
  await test.step("settings, their problems and their costs", async () => {
    await slider(page, "Middle-flow repeats").focus();
    await page.keyboard.press("End");
    await page.getByText("Advanced").first().click();
    await page.getByRole("button", { name: "Undo this change" }).first().click();
    const rate = field(page, "Learning rate");
    const typed = await rate.inputValue();
    await rate.fill("fast");
    await expect(page.getByText(/got "fast"/)).toBeVisible();
    await expectTrue(page);
    await rate.fill(typed);
    await slider(page, "Middle-flow repeats").focus();
    await page.keyboard.press("Home");
    await expect(value(page, "Parameters")).toHaveText("134,210");
    await expectTrue(page);
  });
  await test.step("a run, and what it shows", async () => {
    await button(page, "Train").click();
    await waitForStep(page, 2);
    await button(page, "Pause").click();
    await expect(status(page)).toHaveText("Paused");
    await expectTrue(page);
    await button(page, "Step").click();
    await button(page, "Resume").click();
    await expect(status(page)).toHaveText(/^Training, /);
    await field(page, "Batch size").fill("16");
    await expect(page.getByText("The run in progress keeps the settings")).toBeVisible();
    await field(page, "Batch size").fill("8");
    await button(page, "Test now").click({ timeout: 60_000 });
    await expect(value(page, "Test accuracy")).toHaveText(/%/);
    await expectTrue(page);
  });
  await test.step("the network and every dialog", async () => {
    await button(page, "Architecture").waitFor();
    await page.getByRole("button", { name: /^Block 2, / }).click();
    await button(page, "Close the block").click();
    for (const view of ["Table", "Summary", "Picture"]) {
      await page.getByRole("tab", { name: view }).click();
      await expectTrue(page);
    }
    await inDialog(page, "Architecture", "Architecture");
    await inDialog(page, "Export", "Export");
    await inDialog(page, "Help", "Xception Playground");
    await inDialog(page, "Look at the data", "Look at the data");
  });
  await test.step("every tab", async () => {
    await page.getByRole("tab", { name: "Convolutions" }).click();
    await page.getByRole("button", { name: "3 → 4 channels, 3×3" }).click();
    await expectTrue(page);
    await page.getByRole("tab", { name: "Race" }).click();
    await choose(page, "Rival", /^One setting changed/);
    await choose(page, "Rival", /^Its twin/);
    await expectTrue(page);
    await page.getByRole("tab", { name: "Playground" }).click();
  });
  await test.step("own files, wrong and right", async () => {
    await button(page, "Reset").click();
    await choose(page, "Data set", /My arrays/);
    for (const files of [arrayFiles().slice(1), arrayFiles()]) {
      const chooser = page.waitForEvent("filechooser");
      await button(page, "Choose files").click();
      await (await chooser).setFiles([...files]);
      await expectTrue(page);
    }
    await expect(page.getByText("48 training and 16 test images")).toBeVisible();
    await expectTrue(page);
  });
  await test.step("another recipe, another theme, no connection", async () => {
    await choose(page, "Recipe", /^The notebook/);
    await page.getByRole("button", { name: /^Theme: / }).click();
    await page.context().setOffline(true);
    await expect(page.getByText(/^Offline/)).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.getByText(/^Offline/)).toHaveCount(0);
    await expectTrue(page);
  });
}

test("with every text wrapped or replaced by a translator the whole page works and stays true", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await translatePage(page);
  await openPlayground(page, RUN);
  await walk(page);
  expect(errors).toEqual([]);
});

test("among strange elements, with its own wrapped and removed, the page throws nothing and keeps its run", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await waitForStep(page, 2);
  for (const seed of [1, 2, 3]) {
    await meddle(page, seed);
    for (const name of ["Pause", "Help", "Close", "Resume", "Export", "Close", "Reset", "Train"])
      await pressIfThere(button(page, name));
    for (const name of ["Convolutions", "Race", "Playground"])
      await pressIfThere(page.getByRole("tab", { name }));
  }
  await expect(page.getByRole("banner")).toBeVisible();
  expect(errors).toEqual([]);
});

/**
 * The button may be among the removed elements, or a dialog that opens late may hide it: so it is found and pressed in one
 * call.
 */
async function pressIfThere(control: Locator): Promise<void> {
  await control.evaluateAll(([first]) =>
    first?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })),
  );
}
