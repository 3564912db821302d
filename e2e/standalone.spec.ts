/** Tests the exported page that classifies pictures by itself: opened from a file, without a network. */
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

test("an exported page works from a file, without a network, and gives the page's own probabilities", async ({
  page,
  browser,
}, info) => {
  await openPlayground(page, { ...SMALLEST, ...QUICK, steps: 2 });
  const held = pictures(2);
  await drop(page, [await zipOf("train.zip", pictures(24)), await zipOf("validation.zip", held)]);
  await expect(page.getByText("24 training and 2 test images")).toBeVisible();
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished");
  await button(page, "Export").click();
  const [path, table] = [info.outputPath("classify.html"), info.outputPath("predictions.csv")];
  expect(await saved(page, "Save Stand-alone page", path)).toBe("one-minute-step-2.html");
  await saved(page, "Save Predictions", table);
  const [head = "", ...lines] = (await readFile(table, "utf8")).trim().split(/\r?\n/);
  expect(head).toBe("index,true,predicted,above,below");

  const context = await browser.newContext({ offline: true, colorScheme: "dark" });
  const alone = await context.newPage();
  const errors = collectPageErrors(alone);
  const refused: string[] = [];
  alone.on("console", (message) => refused.push(message.text()));
  await alone.goto(pathToFileURL(path).href);
  await expect(alone.getByRole("status").first()).toHaveText("No picture yet");
  expect(await violations(alone)).toEqual([]);

  for (const [entry, buffer] of held) {
    const name = entry.replace(/^.*[/]/, "");
    await drop(alone, [{ name, mimeType: "image/png", buffer }]);
    await expect(alone.getByRole("img", { name, exact: true })).toBeVisible();
    const line = lines
      .map((text) => text.split(","))
      .find(([, label]) => entry.startsWith(`${label}/`));
    const [, , , above, below] = (line ?? []).map(Number);
    await expect
      .poll(async () => Math.abs((await shown(alone)).above ?? Number.NaN) - (above ?? Number.NaN))
      .toBeCloseTo(0, 5);
    expect((await shown(alone)).below).toBeCloseTo(below ?? Number.NaN, 5);
  }

  await drop(alone, [{ name: "words.png", mimeType: "", buffer: Buffer.from("no picture") }]);
  await expect(alone.getByRole("alert")).toContainText("words.png: this browser cannot decode it");

  await alone.getByRole("radio", { name: "Draw" }).check();
  await expect(alone.getByRole("alert")).toBeHidden();
  await alone.getByRole("img", { name: /^Drawing area/ }).click();
  await expect(alone.getByRole("status").first()).toHaveText(/above|below/);
  await alone.getByRole("button", { name: "Clear" }).click();
  await expect(alone.getByRole("status").first()).toHaveText("No picture yet");
  expect(errors).toEqual([]);
  expect(refused).toEqual([]);
  await context.close();
});
