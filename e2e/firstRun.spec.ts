/** Tests the main task: open the page, move two sliders, press Train, and see a real network learn real images. */
import { expect, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  numberIn,
  openPlayground,
  SMALLEST,
  slider,
  status,
  value,
  waitForStep,
  wordsOf,
} from "./playground.ts";

/**
 * On the compiled engine, because stock TensorFlow.js takes four minutes for this on a software adapter; badInput.spec.ts trains
 * it on WebGPU for a few steps. compiledCpu.spec.ts tests the full set's 10,000 test images.
 */
const RUN = {
  engine: "webgpu",
  dataSet: "starter",
  shuffleBuffer: 5000,
  holdOut: 40,
  batchSize: 32,
  learningRate: 0.006,
  warmUpSteps: 0,
  steps: 100,
};

test("a first training run on WebGPU, from the sliders to the test result", async ({ page }) => {
  test.setTimeout(400_000);
  const errors = collectPageErrors(page);

  await openPlayground(page);
  const hasAdapter = await page.evaluate(
    async () => (await navigator.gpu.requestAdapter()) !== null,
  );
  expect(
    hasAdapter,
    "this journey needs WebGPU; SwiftShader gives it where there is no graphics card",
  ).toBe(true);

  await test.step("counts follow the sliders at once", async () => {
    const before = {
      parameters: await numberIn(value(page, "Parameters")),
      macs: await value(page, "MACs per image").textContent(),
    };
    await slider(page, "Middle-flow repeats").focus();
    await page.keyboard.press("ArrowRight");
    expect(await numberIn(value(page, "Parameters"))).toBeGreaterThan(before.parameters);
    await slider(page, "Input size").focus();
    await page.keyboard.press("ArrowRight");
    expect(await value(page, "MACs per image").textContent()).not.toBe(before.macs);
    await expect(page).toHaveURL(/mr=1/);
    await expect(page).toHaveURL(/is=41/);
  });

  await openPlayground(page, { ...SMALLEST, ...RUN });
  expect(await numberIn(value(page, "Parameters"))).toBe(134_210);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Loading data");
  await waitForStep(page, 1);
  await expect(status(page)).toHaveText(/^Training, epoch 1 of 1, step \d+ of 100$/);
  await expect(page.getByText("WebGPU, compiled")).toBeVisible();

  await test.step("the charts tell in words what they draw", async () => {
    await expect.poll(() => wordsOf(page, "Loss"), { timeout: 60_000 }).toMatch(/training/i);
    await expect(page.getByText(/validation images/).first()).toBeVisible({ timeout: 120_000 });
  });

  await expect(status(page)).toHaveText("Finished", { timeout: 300_000 });
  const accuracy = await numberIn(value(page, "Test accuracy"));
  test.info().annotations.push({ type: "test accuracy", description: `${accuracy} %` });
  expect(accuracy).toBeGreaterThanOrEqual(60);
  await expect(page.getByText(/1,000 test images/).first()).toBeVisible();
  expect(await wordsOf(page, "Per-class accuracy")).toContain("Trouser");
  expect(await wordsOf(page, "Predictions")).toMatch(/Sneaker|Trouser/);
  expect(errors).toEqual([]);
});
