/** Tests transfer learning from the base that comes with the page, and the look at what a run would train on. */
import { expect, test } from "@playwright/test";
import { pictures, zipOf } from "./ownFiles.ts";
import {
  button,
  collectPageErrors,
  ENDLESS,
  numberIn,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  value,
  waitForStep,
  wordsOf,
} from "./playground.ts";
import { violations } from "./violations.ts";

const SHORT = {
  recipe: "transfer",
  engine: "wasm",
  inputSize: 48,
  batchSize: 8,
  learningRate: 0.003,
  budget: "steps",
  steps: 24,
  stepsPerEpoch: 8,
};

test("fine-tune on my folders: a look at them, then a new head on the base", async ({ page }) => {
  await openPlayground(page, { ...SHORT, dataSet: "images" });
  const chooser = page.waitForEvent("filechooser");
  await button(page, "Choose files").click();
  await (await chooser).setFiles([
    await zipOf("train.zip", pictures(32)),
    await zipOf("validation.zip", pictures(16)),
  ]);
  await expect(page.getByText("32 training and 16 test images")).toBeVisible();

  await button(page, "Look at the data").click();
  const dialog = page.getByRole("dialog", { name: "Look at the data" });
  await expect(dialog.getByRole("row", { name: /^above 16 8 8/ })).toBeVisible();
  await expect(dialog.getByRole("row", { name: /\(8, 48, 48, 3\)/ })).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();

  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
  await expect(page.getByText(/Starts from the weights of .* first 40 layers stay/)).toBeVisible();
  await expect(page.getByText(/An epoch is 8 steps here/)).toBeVisible();
  expect(await numberIn(value(page, "Test accuracy"))).toBeGreaterThan(80);
});

test("by keyboard: cut the network, freeze layers, train the new head, then unfreeze and fine-tune", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, { ...SMALLEST, ...QUICK, ...ENDLESS, dataSet: "starter" });
  await page.getByRole("tab", { name: "Table" }).press("Enter");
  const layers = page.getByRole("table").filter({ hasText: "block1_conv1" });
  await layers.getByRole("button").first().focus();
  for (let rows = 0; rows < 6; rows += 1) await page.keyboard.press("ArrowDown");
  await expect(button(page, "block1_conv2_act")).toBeFocused();
  await page.keyboard.press("Enter");
  await button(page, "Cut here").press("Enter");
  await expect(layers.getByRole("rowheader")).toHaveText([
    ...["input", "block1_conv1", "block1_conv1_bn", "block1_conv1_act", "block1_conv2"],
    ...["block1_conv2_bn", "block1_conv2_act", "head_pool", "head_classes"],
    /^Total/,
  ]);

  await button(page, "block1_conv1_act").press("Enter");
  await button(page, "Freeze up to here").press("Enter");
  await expect(layers.getByRole("img", { name: "frozen" })).toHaveCount(4);
  const all = 8 * 9 + 2 * 8 + 8 * 8 * 9 + 2 * 8 + 8 * 10 + 10;
  const frozen = 8 * 9 + 2 * 8;
  await expect(page.getByText(`${all - frozen} of ${all} trainable parameters`)).toBeVisible();
  expect(await numberIn(value(page, "Trainable parameters"))).toBe(all - frozen);
  expect(await violations(page)).toEqual([]);

  await button(page, "Train").press("Enter");
  await waitForStep(page, 3);
  await button(page, "Unfreeze and fine-tune").press("Enter");
  const mark = /Learning rate 0[.]0003, Frozen layers 0 from step (\d+) on/;
  await expect.poll(() => wordsOf(page, "Loss")).toMatch(mark);
  const begun = Number(mark.exec(await wordsOf(page, "Loss"))?.[1]);
  await waitForStep(page, begun + 3);
  await expect(layers.getByRole("img", { name: "frozen" })).toHaveCount(0);
  await expect(button(page, "Unfreeze and fine-tune")).toHaveCount(0);
  expect(errors).toEqual([]);
});

test("a network that the base does not fit is refused before it trains, with the layer", async ({
  page,
}) => {
  await openPlayground(page, { ...SHORT, width: 0.25 });
  await button(page, "Train").click();
  await expect(status(page)).toContainText("Failed");
  await expect(page.getByText(/block1_conv2 is another layer/).first()).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the look at the notebook's data says shapes and ranges, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openPlayground(page, { recipe: "notebook", dataSet: "starter" });
    await button(page, "Look at the data").click();
    const dialog = page.getByRole("dialog", { name: "Look at the data" });
    await expect(
      dialog.getByRole("row", { name: /^As stored, bytes \(5000, 28, 28, 1\) 0 255/ }),
    ).toBeVisible();
    await expect(dialog.getByRole("row", { name: /^Resized \(5000, 94, 94, 1\)/ })).toBeVisible();
    await expect(dialog.getByRole("row", { name: /^A batch \(64, 94, 94, 1\)/ })).toBeVisible();
    await expect(dialog.getByRole("row", { name: /^One-hot \(5000, 10\) 0 1/ })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });
}
