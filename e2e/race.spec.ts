/** Tests the Race tab: two networks on the same batches, and an experiment of the paper. */
import { expect, type Page, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  wordsOf,
} from "./playground.ts";
import { violations } from "./violations.ts";

/** A dozen small steps on the compiled engine and the small set, because the networks themselves do not matter here. */
const TINY = { ...SMALLEST, ...QUICK, dataSet: "starter", steps: 12 } as const;

const raceStatus = (page: Page) => page.getByRole("status", { name: "Race status" });
const leader = (page: Page) => page.getByRole("status", { name: "Who is ahead" });
const experimentStatus = (page: Page) => page.getByRole("status", { name: "Experiment status" });

async function openRace(page: Page, settings: Readonly<Record<string, string | number>>) {
  const query = new URLSearchParams(
    Object.entries({ tab: "race", ...settings }).map(([key, value]) => [key, String(value)]),
  );
  await page.goto(`./?${query}`);
  await expect(raceStatus(page)).toHaveText("Ready");
}

test("race the twin: from Compare to who is ahead, over steps, time and multiplications", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, TINY);
  await button(page, "Compare").click();
  await expect(page).toHaveURL(/tab=race/);
  const costs = page.getByRole("region", { name: "Costs of both" });
  await expect(costs).toContainText("134,210");
  await expect(costs).toContainText("969,746");

  await button(page, "Start race").click();
  await expect(raceStatus(page)).toHaveText("Finished", { timeout: 200_000 });
  await expect(leader(page)).toHaveText(/^At the end: /);
  await expect.poll(() => wordsOf(page, "Race loss")).toMatch(/Separable .* at step 12; Ordinary/);
  for (const [axis, words] of [
    ["Time", /Separable .* at [\d.]+ (ms|s); Ordinary/],
    ["Multiplications", /Ordinary .* at [\d.]+ [GT] MACs/],
  ] as const) {
    await page.getByRole("radio", { name: axis }).click();
    await expect.poll(() => wordsOf(page, "Race accuracy")).toMatch(words);
  }

  await test.step("an accuracy that both have reached shows what it took", async () => {
    const results = page.getByRole("region", { name: "What both needed" });
    await expect(results.getByRole("row", { name: /Ordinary/ })).toContainText("not reached");
    await page.getByRole("slider", { name: "Target accuracy" }).focus();
    await page.keyboard.press("Home");
    await expect(page.getByText("Validation accuracy of 5 %")).toBeVisible();
    await expect(results.getByRole("row", { name: /Separable/ })).toContainText(/\d MACs|\d [MG]/);
  });

  await page.getByRole("tab", { name: "Playground" }).click();
  await page.getByRole("tab", { name: "Race" }).click();
  await expect(raceStatus(page), "what was raced is kept").toHaveText("Finished");
  await button(page, "Reset").click();
  await expect(raceStatus(page)).toHaveText("Ready");
  expect(errors).toEqual([]);
});

test("a race pauses, takes one step of each, goes on, and waits for nobody's training", async ({
  page,
}) => {
  await openRace(page, { ...TINY, steps: 4000 });
  await button(page, "Step").click();
  await expect(raceStatus(page)).toHaveText("Paused", { timeout: 60_000 });
  await expect(page.getByText("step 1 of 4,000")).toBeVisible();
  await button(page, "Step").click();
  await expect(page.getByText("step 2 of 4,000")).toBeVisible();
  await button(page, "Resume").click();
  await expect(raceStatus(page)).toHaveText(/^Racing, step \d+ of 4,000$/);
  await button(page, "Pause").click();
  await expect(raceStatus(page)).toHaveText("Paused");
  await button(page, "Reset").click();
  await expect(raceStatus(page)).toHaveText("Ready");
});

test("a setting changed for the rival is named, and a wrong one is said beside it", async ({
  page,
}) => {
  await openRace(page, TINY);
  await field(page, "Rival").click();
  await page.getByRole("option", { name: /One setting changed/ }).click();
  const costs = page.getByRole("region", { name: "Costs of both" });
  await expect(costs).toContainText("Residual connections off");
  await field(page, "Changed setting").click();
  await page.getByRole("option", { name: "Width multiplier" }).click();
  await expect(costs).toContainText("Width multiplier 0.25");
  await field(page, "Rival's value").fill("7");
  await expect(page.getByRole("alert").getByText(/from 0.125 to 1/)).toBeVisible();
  await expect(button(page, "Start race")).toBeDisabled();
});

test("race two engines on one network: step time, dispatches, submits and memory of each", async ({
  page,
}) => {
  // Two engines compile their kernels, which takes seconds to minutes on a software adapter.
  test.setTimeout(900_000);
  const errors = collectPageErrors(page);
  await openRace(page, { ...TINY, learningRate: 0.0003, steps: 20 });
  await field(page, "Rival").click();
  await page.getByRole("option", { name: /Itself on another engine/ }).click();

  await test.step("the same engine twice is no race", async () => {
    await field(page, "First engine").click();
    await page.getByRole("option", { name: "TensorFlow.js" }).click();
    await expect(page.getByRole("alert").getByText(/two different engines/)).toBeVisible();
    await expect(button(page, "Start race")).toBeDisabled();
  });

  await field(page, "First engine").click();
  await page.getByRole("option", { name: "WebGPU compiled" }).click();
  await expect(page.getByText(/the same network from the same weights/)).toBeVisible();
  // The first step compiles; the second is like all others.
  for (const step of [1, 2]) {
    await button(page, "Step").click();
    await expect(page.getByText(`step ${step} of 20`)).toBeVisible({ timeout: 300_000 });
  }
  await expect(leader(page)).toHaveText("WebGPU compiled has the shorter step.");

  const steps = page.getByRole("region", { name: "A step of each" });
  await expect(steps.getByRole("columnheader")).toHaveText([
    /^WebGPU compiled/,
    /^TensorFlow\.js.*WebGPU$/,
  ]);
  const numbersOf = async (row: string) => {
    const cells = await steps.getByRole("row", { name: row }).getByRole("cell").allTextContents();
    return cells.map((text) => Number(text.replaceAll(",", "")));
  };
  const [dispatches = 0, stockDispatches = 0] = await numbersOf("Dispatches");
  expect(dispatches).toBeGreaterThan(50);
  expect(stockDispatches).toBeGreaterThan(2 * dispatches);
  // A short step is one submit. On a software adapter a step is split into several, so that the page can draw in between.
  const [submits = 0, stockSubmits = 0] = await numbersOf("Submits");
  expect(submits).toBeGreaterThan(0);
  expect(stockSubmits).toBeGreaterThan(submits);
  expect((await numbersOf("New buffers"))[0]).toBe(0);
  await expect(steps.getByRole("row", { name: "Memory" })).toHaveText(/MB.*MB/);

  const [, one, other] =
    /losses are (\d+\.\d+) and (\d+\.\d+)/.exec(
      (await page.getByRole("region", { name: "Race steps" }).textContent()) ?? "",
    ) ?? [];
  expect(Number(one)).toBeCloseTo(Number(other), 2);
  await button(page, "Reset").click();
  await expect(raceStatus(page)).toHaveText("Ready");
  expect(errors).toEqual([]);
});

test("run figure 10: three arms, two seeds, a reload within, mean and spread beside the paper's finding", async ({
  page,
}) => {
  await openRace(page, { ...TINY, steps: 40 });
  await field(page, "Experiment").click();
  await page.getByRole("option", { name: /Intermediate activation/ }).click();
  await page.getByRole("radio", { name: "The current settings" }).click();
  await page.getByRole("radio", { name: "2", exact: true }).click();
  await button(page, "Run experiment").click();
  await expect(experimentStatus(page)).toHaveText("Seed 1 of 2");
  await expect(experimentStatus(page)).toHaveText("Seed 2 of 2", { timeout: 120_000 });
  await test.step("the second seed outlasts a reload, with the results of the first", async () => {
    await button(page, "Pause experiment").click();
    await expect(experimentStatus(page)).toHaveText("Paused: seed 2 of 2");
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    const offer = page.getByText("An experiment was interrupted.");
    await expect(offer.locator("..")).toContainText(/seed 2 of 2, /);
    await button(page, "Go on").click();
    await expect(offer).toBeHidden();
  });
  await expect(experimentStatus(page)).toHaveText("Finished", { timeout: 200_000 });
  const results = page.getByRole("region", { name: "Results by arm" });
  for (const arm of ["None", "ReLU", "ELU"])
    await expect(results.getByRole("row", { name: new RegExp(`^${arm} `) })).toContainText(
      / % ± \d/,
    );
  await expect(page.getByText(/no non-linearity at all converges faster/)).toBeVisible();
  await expect(page.getByRole("status", { name: "What our numbers say" })).toHaveText(/2 seeds/);
  await expect.poll(() => wordsOf(page, "Experiment accuracy")).toMatch(/None .* at step 40; ReLU/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`no rule of WCAG AA is broken in the race, before and after, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openRace(page, { ...TINY, steps: 4 });
    expect(await violations(page)).toEqual([]);
    await button(page, "Start race").click();
    await expect(raceStatus(page)).toHaveText("Finished", { timeout: 200_000 });
    expect(await violations(page)).toEqual([]);
  });
}
