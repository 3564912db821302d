/**
 * Measures the Runs tab with 500 stored runs: the time until the list is there, the longest task until then and while a person
 * searches, filters and sorts, and the time to redraw twelve curves of 10,000 points over another axis.
 */
import type { Page } from "playwright";
import { greatestOf } from "../src/core/numbers.ts";
import type { RunHead } from "../src/runs/runRecord.ts";
import { madeRecord } from "../src/runs/testRecords.ts";
import { median } from "./median.ts";
import type { BenchPage } from "./page.ts";

const NUM_RUNS = 500;
const NUM_COMPARED = 12;
const POINTS = { ordinary: 500, compared: 10_000 } as const;
const LIMITS = { openMs: 300, taskMs: 50, redrawMs: 120 } as const;
const WORDS = "width multiplier 0.5";
const KEY_MS = 120;
/** Lists of filters, an option, and the one that shows all runs again in their first order. */
const CHOICES = [
  ["Kind of run", "Races", "All kinds"],
  ["Outcome", "Finished", "Any outcome"],
  ["Order", "By name", "Newest first"],
  ["Tag", "class 3", "Any tag"],
] as const;
const ROUNDS = 4;
const AXES = ["Epochs", "Time", "Images", "MACs", "Steps"] as const;

export async function runs({ open }: BenchPage): Promise<object> {
  const page = await open();
  await storeRuns(page, headsOf());
  const openMs: number[] = [];
  const openTaskMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // The address names the open tab, and another one is to be opened.
    await page.goto(new URL("./", page.url()).href);
    await page.getByRole("status", { name: "Run status" }).getByText("Ready").waitFor();
    await watchTasks(page);
    openMs.push(await timeToList(page));
    openTaskMs.push(await longestTask(page));
  }
  const found = await page.getByRole("status", { name: "Runs found" }).textContent();
  if (found !== `${NUM_RUNS} runs`) throw new Error(`runs: the list says "${found}".`);
  // The search for the status belongs to the bench.
  await longestTask(page);
  await filter(page);
  const filterTaskMs = await longestTask(page);
  const redrawMs = await timesToRedraw(page);
  const worst = { openMs: greatestOf(openMs), redrawMs: greatestOf(redrawMs) };
  return {
    numRuns: NUM_RUNS,
    openMs: { median: median(openMs), worst: worst.openMs },
    longestTaskMs: { opening: greatestOf(openTaskMs), filtering: filterTaskMs },
    redrawMs: { median: median(redrawMs), worst: worst.redrawMs },
    limits: LIMITS,
    withinLimit:
      worst.openMs <= LIMITS.openMs &&
      filterTaskMs <= LIMITS.taskMs &&
      worst.redrawMs <= LIMITS.redrawMs,
  };
}

/** Returns heads with different settings, of which the first twelve are to be compared. */
function headsOf(): readonly RunHead[] {
  return Array.from({ length: NUM_RUNS }, (_, index) => {
    const tags = index < NUM_COMPARED ? ["compared"] : [`class ${index % 7}`];
    const changes = { seed: index, width: [0.125, 0.25, 0.5][index % 3] ?? 1 };
    const startedAt = 1_700_000_000_000 + 60_000 * index;
    return madeRecord({ id: `run-${index}`, changes, head: { tags, startedAt } }).head;
  });
}

/** Writes the heads, each with a body whose curves are made in the page, into the page's database. */
async function storeRuns(page: Page, heads: readonly RunHead[]): Promise<void> {
  await page.evaluate(
    async ({ records, points }) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open("xception-playground-runs", 1);
        opening.onupgradeneeded = () => {
          for (const name of ["heads", "bodies"])
            opening.result.createObjectStore(name, { keyPath: "id" });
        };
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const change = database.transaction(["heads", "bodies"], "readwrite");
      for (const head of records) {
        const length = head.tags.includes("compared") ? points.compared : points.ordinary;
        const steps = Float64Array.from({ length }, (_, index) => index + 1);
        const losses = steps.map((step) => 2 / Math.sqrt(step) + 0.2 * Math.random());
        const curve = { steps, losses, accuracies: steps.map((step) => step / (step + 500)) };
        const counts = new Uint32Array(9).fill(1);
        change.objectStore("heads").put(head);
        change.objectStore("bodies").put({
          id: head.id,
          classes: ["a", "b", "c"],
          training: curve,
          validation: curve,
          clock: { steps, trainMs: steps.map((step) => 5 * step), learningRates: losses },
          matrices: [{ step: 1, source: "test", numImages: 9, counts }],
        });
      }
      await new Promise((resolve, reject) => {
        change.oncomplete = resolve;
        change.onerror = reject;
      });
      database.close();
    },
    { records: heads, points: POINTS },
  );
}

/** Returns the milliseconds from the press of the tab until the frame after the first row exists. */
function timeToList(page: Page): Promise<number> {
  return page.getByRole("tab", { name: "Runs" }).evaluate(
    (tab) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const observer = new MutationObserver(() => {
          if (document.querySelector("[aria-label^='Compare ']") === null) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        });
        observer.observe(document.body, { subtree: true, childList: true });
        if (tab instanceof HTMLElement) tab.click();
      }),
  );
}

/** Records long tasks from now on. */
async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    window.benchTimes = tasks;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: "longtask" });
  });
}

/** Returns the longest task since the call before, in milliseconds. Tasks up to 50 ms are not reported, and count as 0. */
async function longestTask(page: Page): Promise<number> {
  // The browser reports a task some time after it.
  await page.waitForTimeout(500);
  return greatestOf([0, ...(await page.evaluate(() => window.benchTimes.splice(0)))]);
}

/**
 * Types and deletes a search, opens every list of filters and chooses from it, and shows all rows. It finds controls by CSS,
 * because a search by roles reads the whole list in the page's thread.
 */
async function filter(page: Page): Promise<void> {
  await page.locator("[aria-label='Search runs']").focus();
  for (const letter of WORDS) await press(page, letter);
  for (let letter = 0; letter < WORDS.length; letter += 1) await press(page, "Backspace");
  for (const [list, chosen, all] of CHOICES)
    for (const option of [chosen, all]) {
      await page.locator(`[role='combobox'][aria-label='${list}']`).click();
      await page
        .locator("[role='option']")
        .filter({ hasText: new RegExp(`^${option}$`) })
        .click();
    }
  const more = page.locator(".runs-more");
  while ((await more.count()) > 0) await more.click();
}

async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.waitForTimeout(KEY_MS);
}

async function timesToRedraw(page: Page): Promise<readonly number[]> {
  await page.getByRole("searchbox", { name: "Search runs" }).fill("compared");
  const boxes = page.getByRole("checkbox", { name: /^Compare / });
  for (let index = 0; index < NUM_COMPARED; index += 1) await boxes.nth(index).check();
  await page.getByLabel("Curve", { exact: true }).click();
  await page.getByRole("option", { name: "Training loss" }).click();
  const plot = page.getByRole("img", { name: /^Plot of training loss/ });
  await plot.waitFor();
  const numCurves = await plot.locator("path").count();
  if (numCurves !== NUM_COMPARED) throw new Error(`runs: ${numCurves} curves are drawn.`);
  const curves = page.getByRole("region", { name: "Curves of runs" });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const axis of AXES) {
      const radio = curves.getByRole("radio", { name: axis, exact: true });
      times.push(
        await radio.evaluate(
          (button) =>
            new Promise<number>((resolve) => {
              const start = performance.now();
              if (button instanceof HTMLElement) button.click();
              requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
            }),
        ),
      );
    }
  return times;
}
