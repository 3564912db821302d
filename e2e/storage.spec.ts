/** Tests where checkpoints are kept: in the browser's database, nowhere, on a full disk, and in a store that changes below the page. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build } from "vite";
import { keptSteps } from "./checkpoints.ts";
import { arrayFiles, drop } from "./ownFiles.ts";
import {
  beforeTheWorker,
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
const CHECKPOINT = join(import.meta.dirname, "../src/checkpoint");

/** Denies the origin private file system, as some private windows do. It runs in the page and in workers. */
const WITHOUT_FILES = `
  StorageManager.prototype.getDirectory = async () => {
    throw new DOMException("denied by a test", "SecurityError");
  };`;
const WITHOUT_DATABASE = `
  IDBFactory.prototype.open = () => {
    throw new DOMException("denied by a test", "SecurityError");
  };`;

/** Runs the code before anything else, in the page and in the training worker. */
async function begin(page: Page, code: string): Promise<void> {
  await page.addInitScript(code);
  await beforeTheWorker(page, code);
}

async function trainAndPause(page: Page): Promise<number> {
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await waitForStep(page, 2);
  return pause(page);
}

async function pause(page: Page): Promise<number> {
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  return stepShown(page);
}

async function goOn(page: Page, step: number): Promise<void> {
  await button(page, "Go on").click();
  await waitForStep(page, step + 2);
}

/** Returns the names of the complete files in the database of checkpoints. */
function inDatabase(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const known = await indexedDB.databases();
    if (known.every(({ name }) => name !== "xception-playground-kept")) return [];
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open("xception-playground-kept"));
    const files = database.transaction("files").objectStore("files");
    const [keys, values] = [await done(files.getAllKeys()), await done(files.getAll())];
    database.close();
    return keys.flatMap((key, index) =>
      Array.isArray(key) && values[index].offsets.length > 0 ? [String(key[1])] : [],
    );
  });
}

test("the database of the browser does all that a storage of checkpoints must do", async ({
  page,
}, info) => {
  const entry = info.outputPath("cases.ts");
  const names = ["databaseFolders", "folderCases"];
  const exported = names.map((name) => `export * from "${join(CHECKPOINT, name)}.ts";`);
  await writeFile(entry, exported.join("\n"));
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "cases" } },
  });
  const [first] = Array.isArray(built) ? built : [];
  const code = first?.output[0].code ?? "";
  await page.goto("./isolation.js");
  const results: unknown = await page.evaluate(`(async () => {
    ${code};
    const { databaseFolders, FOLDER_CASES, STORAGE_CASES } = cases;
    const storage = databaseFolders();
    const results = [];
    for (const { name, act, expected } of STORAGE_CASES)
      results.push({ name, got: await act(storage), expected });
    for (const [index, { name, act, expected }] of FOLDER_CASES.entries())
      results.push({ name, got: await act(storage.folder("run-" + index)), expected });
    return results;
  })()`);
  expect(Array.isArray(results) ? results.length : 0).toBeGreaterThan(6);
  for (const { name, got, expected } of Array.isArray(results) ? results : [])
    expect(got, name).toEqual(expected);
});

test("without files of its own a page keeps a run in the database, and goes on from there", async ({
  page,
}) => {
  await begin(page, WITHOUT_FILES);
  const errors = collectPageErrors(page);
  const step = await trainAndPause(page);
  await expect.poll(() => inDatabase(page)).toContain(`000001-step-${step}.checkpoint`);
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await goOn(page, step);
  await button(page, "Reset").click();
  await expect.poll(() => inDatabase(page)).toEqual([]);
  expect(errors).toEqual([]);
});

test("without any storage a run trains, and a sentence says that a reload loses it", async ({
  page,
}) => {
  await begin(page, WITHOUT_FILES + WITHOUT_DATABASE);
  const errors = collectPageErrors(page);
  await trainAndPause(page);
  await expect(
    page.getByText(/gives the page no storage for it.*denied by a test.*training goes on/),
  ).toBeVisible({ timeout: 15_000 });
  expect(errors).toEqual([]);
});

test("a full disk stops no run; a sentence says what is lost, and goes when there is room again", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, RUN);
  const browser = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 100_000 });
  await button(page, "Train").click();
  await waitForStep(page, 2);
  const step = await pause(page);
  const problem = page.getByText(/storage is full.*reload now loses.*Delete old runs/);
  await expect(problem).toBeVisible({ timeout: 15_000 });
  await browser.send("Storage.overrideQuotaForOrigin", { origin });
  await button(page, "Resume").click();
  await waitForStep(page, step + 2);
  await pause(page);
  await expect(problem).toBeHidden();
  expect(errors).toEqual([]);
});

test("a store that is cleared below a run begins anew", async ({ page }) => {
  const errors = collectPageErrors(page);
  const first = await trainAndPause(page);
  await expect.poll(() => keptSteps(page)).toEqual([first]);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry("runs", { recursive: true });
  });
  await button(page, "Resume").click();
  await waitForStep(page, first + 2);
  const step = await pause(page);
  await expect.poll(() => keptSteps(page)).toEqual([step]);
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await goOn(page, step);
  expect(errors).toEqual([]);
});

test("a run on files of a person's own goes on with the kept ones, or with the same ones chosen again", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  const keep = page.getByRole("checkbox", { name: "Keep these files in this browser" });
  const reload = async () => {
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    await expect(page.getByText("A run was interrupted.")).toBeVisible();
  };
  const trainsAgain = async () => {
    await button(page, "Go on").click();
    await expect(status(page)).toHaveText(/^Training/);
    await pause(page);
  };
  await openPlayground(page, RUN);
  await drop(page, arrayFiles());
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      IDBObjectStore.prototype.put = put;
      throw new DOMException("the disk is full", "QuotaExceededError");
    };
  });
  await keep.click();
  await expect(page.getByText(/They are not kept: the disk is full/)).toBeVisible();
  await expect(keep).not.toBeChecked();
  await keep.check();
  await expect(page.getByText(/They are not kept/)).toBeHidden();
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Training/);
  await pause(page);
  await expect.poll(() => keptSteps(page)).toHaveLength(1);
  await reload();
  await trainsAgain();
  await expect(keep).toBeChecked();

  await keep.uncheck();
  await expect(page.getByText(/A reload of the page forgets them/)).toBeVisible();
  await reload();
  await expect(page.getByText(/Choose the same files again, then go on/)).toBeVisible();
  await drop(page, arrayFiles(40));
  await expect(page.getByText(/The chosen files are not those that it began with/)).toBeVisible();
  await drop(page, arrayFiles());
  await expect(page.getByText(/The chosen files are not those that it began with/)).toBeHidden();
  await trainsAgain();
  expect(errors).toEqual([]);
});

test("a store of a newer version stays, is named at the start, and stops no run", async ({
  page,
}) => {
  await openPlayground(page, RUN);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("xception-playground-kept", 99);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
        opening.onerror = () => reject(opening.error);
      }),
  );
  await page.reload();
  await expect(page.getByText(/A newer version of this page stored runs or files/)).toBeVisible();
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await pause(page);
  const version = await page.evaluate(
    async () =>
      (await indexedDB.databases()).find(({ name }) => name === "xception-playground-kept")
        ?.version,
  );
  expect(version).toBe(99);
});
