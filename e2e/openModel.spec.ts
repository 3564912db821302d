/** Tests that a stranger's model is opened, tried, trained on and exported, and that a reload keeps a run of it. */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { keptSteps } from "./checkpoints.ts";
import {
  button,
  collectPageErrors,
  numberIn,
  openPlayground,
  status,
  value,
  waitForStep,
} from "./playground.ts";
import { violations } from "./violations.ts";

const STRANGER = "src/interop/fixtures/stranger.keras3.keras";
const TEACHABLE = "src/interop/fixtures/teachable";
const LINK = { dataSet: "starter", engine: "wasm", budget: "steps", holdOut: 50 };
const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Open a model" });
const classes = (page: Page): Locator => page.getByRole("list", { name: "Classes by probability" });
const opened = (page: Page): Locator => page.getByRole("region", { name: "Opened model" });

async function open(page: Page, files: Parameters<Locator["setInputFiles"]>[0]): Promise<void> {
  await button(page, "Open a model").click();
  await dialog(page).getByLabel("Files of the model").setInputFiles(files);
}

test("a stranger's Keras file is opened, trained on, exported and opened again", async ({
  page,
}, info) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...LINK, steps: 2, batchSize: 8, shuffleBuffer: 1000 });
  const parameters = await numberIn(value(page, "Parameters"));
  await open(page, { name: "notes.h5", mimeType: "", buffer: Buffer.from("no model") });
  await expect(dialog(page).getByRole("alert")).toContainText("What was open stays.");
  await dialog(page).getByLabel("Files of the model").setInputFiles(STRANGER);
  await expect(opened(page)).toContainText("466 parameters");
  // The file was trained on bytes divided by 255, and says so nowhere.
  await expect(opened(page)).toContainText("The most accurate scale is chosen.");
  await expect(page.getByRole("radio", { name: "0 to 1", exact: false }).first()).toBeChecked();
  const row = page.getByText("0 to 1", { exact: true }).locator("..");
  expect(await numberIn(row.locator("b"))).toBeGreaterThan(60);
  expect(await violations(page)).toEqual([]);
  expect(await numberIn(value(page, "Parameters"))).toBe(parameters);
  await button(page, "Use this model").click();

  await expect(value(page, "Parameters")).toContainText("466");
  await expect(page.getByRole("region", { name: "Chosen weights" })).toContainText(
    "all 3 layers with weights match",
  );
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 60_000 });
  expect(await numberIn(value(page, "Test accuracy"))).toBeGreaterThan(50);

  await button(page, "Export").click();
  const [html] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save Stand-alone page").click(),
  ]);
  await html.saveAs(info.outputPath("classify.html"));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save Keras model").click(),
  ]);
  const buffer = await readFile(await download.path());
  await button(page, "Close").click();
  await open(page, { name: "again.keras", mimeType: "", buffer });
  await expect(opened(page)).toContainText("466 parameters");
  // The page's own file says its scale and its classes.
  await expect(opened(page)).toContainText("10 outputs: T-shirt, Trouser");
  await expect(opened(page)).toContainText("A scale is chosen because the file says so.");
  await expect(opened(page).getByText("Order of its outputs")).toBeHidden();
  await button(page, "Close").click();

  // Weights alone go into the network that is set.
  await button(page, "Export").click();
  const [weights] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save Keras weights").click(),
  ]);
  const mine = await readFile(await weights.path());
  await button(page, "Close").click();
  await open(page, { name: "mine.weights.h5", mimeType: "", buffer: mine });
  const found = page.getByRole("region", { name: "Opened weights" });
  await expect(found.getByRole("radio")).toHaveCount(1);
  await expect(found).toContainText("all 3 layers with weights match");
  await button(page, "Use these weights").click();
  await expect(page.getByRole("region", { name: "Chosen weights" })).toContainText(
    "The next run starts from the weights of mine.weights.h5: all 3 layers with weights match",
  );

  const alone = await page.context().newPage();
  await alone.goto(pathToFileURL(info.outputPath("classify.html")).href);
  await expect(alone.getByText("It tells apart T-shirt, Trouser")).toBeVisible();
  await alone.getByRole("img", { name: /^Drawing area/ }).click();
  await expect(classes(alone).getByRole("listitem").first()).toContainText("%");
  expect(errors).toEqual([]);
});

test("a Teachable Machine folder has its labels, classifies a drawing, and is raced against its twin", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...LINK, steps: 4, batchSize: 8, shuffleBuffer: 1000 });
  await button(page, "Open a model").click();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    button(page, "Choose its folder").click(),
  ]);
  await chooser.setFiles(TEACHABLE);
  await expect(opened(page)).toContainText("2 outputs: Light, Dark");
  await expect(opened(page)).toContainText("The data has 10 classes and the model 2 outputs.");
  await expect(opened(page).getByRole("radio", { name: /1 to 1/ })).toBeChecked();
  await button(page, "Use this model").click();

  await button(page, "Classify a picture").click();
  const pictures = page.getByRole("dialog", { name: "Classify a picture" });
  await expect(pictures).toContainText("By teachable with the weights of its file.");
  await pictures.getByRole("img", { name: /^Drawing area/ }).click();
  await expect(classes(page).getByRole("listitem").first()).toHaveText(/^Light.*%/);
  await pictures.getByLabel("Swap light and dark").check();
  await expect(classes(page).getByRole("listitem").first()).toHaveText(/^Dark.*%/);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await button(page, "Compare").click();
  await button(page, "Start race").click();
  const raced = page.getByRole("status", { name: "Race status" });
  await expect(raced).toHaveText("Finished", { timeout: 60_000 });
  await expect(page.getByRole("status", { name: "Who is ahead" })).toHaveText(/^At the end: /);
  expect(errors).toEqual([]);
});

test("a run of an opened model is offered after a reload, with its network", async ({ page }) => {
  await openPlayground(page, { ...LINK, steps: 1_000_000, batchSize: 8, shuffleBuffer: 1000 });
  await open(page, STRANGER);
  await expect(button(page, "Use this model")).toBeEnabled();
  await button(page, "Use this model").click();
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  await expect.poll(() => keptSteps(page)).not.toEqual([]);
  page.once("dialog", (asked) => asked.accept());
  await page.reload();
  await expect(page.getByText("A run was interrupted.")).toBeVisible();
  await button(page, "Go on").click();
  await expect(value(page, "Parameters")).toContainText("466");
  await waitForStep(page, 5);
});
