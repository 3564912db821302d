/**
 * Tests the classes of a person's pictures: in the page, by the run, and in the exported page, opened from a file without a
 * network.
 */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { drop, pictures, zipOf } from "./ownFiles.ts";
import {
  button,
  collectPageErrors,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
} from "./playground.ts";
import { violations } from "./violations.ts";

const HELD = pictures(2);
const WORDS = { name: "words.png", mimeType: "", buffer: Buffer.from("no picture") };

async function saved(page: Page, name: string, path: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
  await download.saveAs(path);
  return download.suggestedFilename();
}

/** Returns the unrounded probabilities that the page shows, by class. */
async function shown(page: Page): Promise<Readonly<Record<string, number>>> {
  const rows = page.getByRole("list", { name: "Classes by probability" }).getByRole("listitem");
  const texts = await rows.evaluateAll((items) =>
    items.map((item) => [
      item.firstElementChild?.textContent ?? "",
      item.lastElementChild?.getAttribute("title") ?? "",
    ]),
  );
  return Object.fromEntries(texts.map(([name, title]) => [name, Number.parseFloat(title ?? "")]));
}

/**
 * Drops the held-out pictures and a file that is none, goes through the list by keyboard, and expects the probabilities of the
 * table of predictions, whose lines have the true class second.
 *
 * @param target the selector of the element that takes drops.
 */
async function expectClasses(page: Page, table: readonly string[], target: string): Promise<void> {
  const files = [...HELD].map(([entry, buffer]) => ({
    ...{ name: entry.replace(/^.*[/]/, ""), mimeType: "image/png", buffer },
  }));
  await drop(page, [...files, WORDS], target);
  const list = page.getByRole("list", { name: "Pictures", exact: true });
  await expect(list.getByRole("button", { name: /%$/ })).toHaveCount(HELD.size);
  await expect(page.getByText("3 pictures; without a result: words.png.")).toBeVisible();
  await list.getByRole("button", { name: /^words/ }).click();
  await expect(page.getByRole("alert").filter({ hasText: "words.png:" })).toContainText(
    "this browser cannot decode it",
  );
  await page.keyboard.press("Home");
  for (const [entry] of HELD) {
    const name = entry.replace(/^.*[/]/, "");
    await expect(list.getByRole("button", { name: new RegExp(`^${name}`) })).toBeFocused();
    await expect(page.getByRole("img", { name, exact: true })).toBeVisible();
    const line = table.find((text) => entry.startsWith(`${text.split(",")[1]}/`)) ?? "";
    const [above = Number.NaN, below = Number.NaN] = line.split(",").slice(3).map(Number);
    await expect
      .poll(async () => Math.abs(((await shown(page)).above ?? Number.NaN) - above))
      .toBeLessThan(1e-5);
    expect((await shown(page)).below).toBeCloseTo(below, 5);
    await page.keyboard.press("ArrowDown");
  }
}

test("pictures get the same classes by the run and by the exported page, which has no network", async ({
  page,
  browser,
}, info) => {
  await openPlayground(page, { ...SMALLEST, ...QUICK, steps: 2 });
  await button(page, "Classify a picture").click();
  const dialog = page.getByRole("dialog", { name: "Classify a picture" });
  await expect(dialog.getByRole("status")).toContainText("press Train or Step, or open a model");
  await page.keyboard.press("Escape");
  await expect(button(page, "Classify a picture")).toBeFocused();
  await drop(page, [await zipOf("train.zip", pictures(24)), await zipOf("validation.zip", HELD)]);
  await expect(page.getByText("24 training and 2 test images")).toBeVisible();
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished");
  await button(page, "Export").click();
  const [path, predictions] = [info.outputPath("alone.html"), info.outputPath("predictions.csv")];
  expect(await saved(page, "Save Stand-alone page", path)).toBe("one-minute-step-2.html");
  await saved(page, "Save Predictions", predictions);
  await button(page, "Close").click();
  const [head, ...lines] = (await readFile(predictions, "utf8")).trim().split(/\r?\n/);
  expect(head).toBe("index,true,predicted,above,below");

  await button(page, "Classify a picture").click();
  await expectClasses(page, lines, "[role=dialog]");
  await expect(dialog).toContainText("By the newest weights of the run, those after step 2.");
  expect(await violations(page)).toEqual([]);

  const context = await browser.newContext({ offline: true, colorScheme: "dark" });
  const alone = await context.newPage();
  const errors = collectPageErrors(alone);
  const refused: string[] = [];
  alone.on("console", (message) => refused.push(message.text()));
  await alone.goto(pathToFileURL(path).href);
  await expect(alone.getByRole("status").first()).toHaveText("No picture yet");
  await expectClasses(alone, lines, "body");
  expect(await violations(alone)).toEqual([]);

  await alone.getByRole("radio", { name: "Draw" }).check();
  await expect(alone.getByRole("alert")).toBeHidden();
  await alone.getByRole("img", { name: /^Drawing area/ }).click();
  await expect(alone.getByRole("status").first()).toHaveText(/above|below/);
  await alone.getByRole("button", { name: "Clear", exact: true }).click();
  await expect(alone.getByRole("status").first()).toHaveText("No picture yet");
  await alone.getByRole("button", { name: "Clear the list" }).click();
  await expect(alone.getByRole("list", { name: "Pictures", exact: true })).toBeHidden();
  expect(errors).toEqual([]);
  expect(refused).toEqual([]);
  await context.close();
});
