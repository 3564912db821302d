/** Tests a person's own files: dropped or chosen, described, trained on. Errors appear where the person is looking. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import {
  arrayFiles,
  drop,
  facialTable,
  type MadeFile,
  mnistFiles,
  pictures,
  zipOf,
} from "./ownFiles.ts";
import { button, field, openPlayground, QUICK, SMALLEST, status, wordsOf } from "./playground.ts";

const SHORT_RUN = { ...SMALLEST, ...QUICK, steps: 4 };

async function choose(
  page: Page,
  door: string,
  files: readonly MadeFile[] | string,
): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await button(page, door).click();
  await (await chooser).setFiles(typeof files === "string" ? files : [...files]);
}

async function trainToEnd(page: Page): Promise<void> {
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
}

test("four arrays are dropped, described and trained on, and outlive Reset and another recipe", async ({
  page,
}) => {
  await openPlayground(page, SHORT_RUN);
  await drop(page, arrayFiles());
  const found = page.getByLabel("Files found");
  await expect(found).toContainText("48 × 12 × 12 × 1, float32, values 0.");
  await expect(found).toContainText("16, int64, labels 0 to 1");
  await expect(page.getByText("48 training and 16 test images")).toBeVisible();
  await expect(field(page, "Data set")).toContainText("My arrays");
  await trainToEnd(page);
  await expect(page.getByText(/X_test\.npy validates and tests/).first()).toBeVisible();
  expect(await wordsOf(page, "Predictions")).toContain("class 1");

  await button(page, "Reset").click();
  await expect(found).toBeVisible();
  await trainToEnd(page);
});

test("a wrong file is named beside the doors, and the arrays before stay", async ({ page }) => {
  await openPlayground(page, { ...SHORT_RUN, dataSet: "arrays" });
  await expect(button(page, "Train")).toBeDisabled();
  await choose(page, "Choose files", arrayFiles());
  await expect(page.getByText("48 training and 16 test images")).toBeVisible();

  const [images, ...others] = arrayFiles(40);
  if (images === undefined) throw new Error("there are four files");
  await choose(page, "Choose files", [
    { ...images, buffer: images.buffer.subarray(0, 999) },
    ...others,
  ]);
  await expect(
    page.getByText(/X_train\.npy: the file is cut short; expected [\d,]+ bytes/),
  ).toBeVisible();
  await expect(page.getByText("The files chosen before are kept.")).toBeVisible();
  await expect(page.getByText("48 training and 16 test images")).toBeVisible();
  await trainToEnd(page);
});

test("files that make no data set change nothing", async ({ page }) => {
  await openPlayground(page, SHORT_RUN);
  const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("words") };
  await drop(page, [notes]);
  await expect(page.getByText(/no data set is made of these files.*got notes\.txt/)).toBeVisible();
  await expect(field(page, "Data set")).toContainText("Fashion-MNIST");
  await expect(button(page, "Train")).toBeEnabled();
});

test("MNIST files, packed, train and fill the confusion matrix with digits", async ({ page }) => {
  await openPlayground(page, { ...SHORT_RUN, dataSet: "mnist" });
  await choose(page, "Choose files", mnistFiles());
  await expect(page.getByLabel("Files found")).toContainText("48 × 12 × 12");
  await trainToEnd(page);
  await expect(page.getByRole("figure", { name: "Confusion matrix" })).toBeVisible();
});

test("a table of FER2013, in a zip, trains through the recipe of facial emotions", async ({
  page,
}) => {
  const narrow = { width: 0.125, middleRepeats: 0, exitFilters: "32,32,32,32" };
  await openPlayground(page, {
    ...{ recipe: "facial-emotions", engine: "wasm", batchSize: 7, budget: "steps", steps: 2 },
    ...narrow,
  });
  const table = facialTable();
  await drop(page, [await zipOf("archive.zip", new Map([[table.name, table.buffer]]))]);
  await expect(field(page, "Data set")).toContainText("My tables");
  await expect(page.getByLabel("Files found")).toContainText("42 rows, 48 × 48 pixels");
  await expect(page.getByText("28 training and 7 test images")).toBeVisible();
  await trainToEnd(page);
  expect(await wordsOf(page, "Per-class accuracy")).toContain("surprise");
});

test("a folder of class folders trains in colour, on tfjs too", async ({ page }, info) => {
  const folder = info.outputPath("pets");
  for (const [path, bytes] of pictures(40)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await openPlayground(page, {
    ...SHORT_RUN,
    engine: "tfjs",
    tfjsBackend: "cpu",
    dataSet: "images",
    inputChannels: 3,
  });
  await choose(page, "Choose a folder", folder);
  await expect(page.getByText("32 training and 8 test images")).toBeVisible();
  await expect(page.getByText(/Pictures from 16 × 16 to 20 × 16 pixels/)).toBeVisible();
  await trainToEnd(page);
  expect(await wordsOf(page, "Predictions")).toMatch(/above|below/);
});

test("zips of training and validation folders train; a broken picture is left out and named", async ({
  page,
}) => {
  await openPlayground(page, SHORT_RUN);
  await drop(page, [
    await zipOf("train.zip", pictures(24)),
    await zipOf("validation.zip", pictures(8)),
  ]);
  await expect(page.getByText("24 training and 8 test images")).toBeVisible();
  await trainToEnd(page);

  const broken = new Map([
    ...pictures(24),
    ["below/broken.png", Buffer.from("no picture")],
    ["README", Buffer.from("Words.")],
  ]);
  await drop(page, [await zipOf("test.zip", broken)]);
  await expect(
    page.getByText("2 files are left out: test/README, test/below/broken.png (plain text"),
  ).toBeVisible();
  await expect(page.getByText("20 training and 4 test images")).toBeVisible();
  await trainToEnd(page);
});
