/** Tests a bug in the page: where it shows, what continues to work, and what a person can report. */
import { expect, type Page, test } from "@playwright/test";
import { plantErrors } from "./plantErrors.ts";
import {
  button,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  stepShown,
  waitForStep,
} from "./playground.ts";

const RUN = { ...SMALLEST, ...QUICK, engine: "wasm", dataSet: "starter", steps: 100_000 };

/** @param atLeast the minimum number of component kinds that must have thrown, so that the test really tests something. */
async function expectOutlived(page: Page, atLeast: number): Promise<void> {
  const { numThrown, broken } = await plantErrors(page);
  expect(broken).toEqual([]);
  expect(numThrown).toBeGreaterThanOrEqual(atLeast);
}

test("whatever component throws, the page says where, the run goes on, and Try again mends it", async ({
  page,
}) => {
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await waitForStep(page, 3);
  await test.step("the playground", () => expectOutlived(page, 30));
  for (const tab of ["Convolutions", "Race", "Runs"]) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(page.getByRole("region", { name: /^(One convolution|Race|Runs)$/ })).toBeVisible();
    await test.step(tab, () => expectOutlived(page, 5));
  }
  await page.getByRole("tab", { name: "Playground" }).click();
  for (const name of ["Export", "Help", "Architecture", "Look at the data"]) {
    await button(page, name).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await test.step(name, () => expectOutlived(page, 1));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  const step = await stepShown(page);
  await waitForStep(page, step + 1);
  await expect(page.getByRole("img", { name: "Loss" })).toBeVisible();
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
});

test("what is thrown outside of components is said once, with details to copy; what an extension throws is not", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openPlayground(page, RUN);
  const notice = page.getByRole("alert").filter({ hasText: "Something in the page failed" });
  for (const kind of ["listener", "promise"] as const) {
    await page.evaluate((how) => {
      const foreign = Object.assign(new Error("from elsewhere"), {
        stack: "Error: from elsewhere\n at chrome-extension://abc/content.js:1:1",
      });
      const own = new Error(`planted in a ${how}`);
      for (const error of [own, foreign]) {
        if (how === "promise") void Promise.reject(error);
        else
          setTimeout(() => {
            throw error;
          });
      }
    }, kind);
    await expect(notice).toContainText(`planted in a ${kind}`);
    await button(page, "Copy details").click();
    await expect(notice).toContainText("Copied.");
    const details = await page.evaluate(() => navigator.clipboard.readText());
    expect(details).toContain(`Error: planted in a ${kind}`);
    expect(details).toMatch(/Xception Playground [\d.]+, http/);
    expect(details).toContain("?v2=one-minute");
    expect(details).toContain("Chrome");
    await button(page, "Dismiss").click();
    await expect(notice).toHaveCount(0);
  }
});

test("charts that cannot be drawn say so in their cards, and are drawn when tried again", async ({
  page,
}) => {
  await openPlayground(page, RUN);
  const canvases = page.getByRole("region", { name: "Live charts" }).locator("canvas");
  await button(page, "Train").click();
  // The drawing library has its own canvas.
  await expect.poll(() => canvases.count()).toBeGreaterThanOrEqual(2);
  await page.evaluate(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    document.documentElement.dataset.planted = "";
    Object.assign(HTMLCanvasElement.prototype, {
      getContext(this: HTMLCanvasElement, ...args: Parameters<typeof original>) {
        if ("planted" in document.documentElement.dataset) throw new Error("planted in a canvas");
        return original.apply(this, args);
      },
    });
  });
  await page.getByRole("button", { name: /^Theme: / }).click();
  await page.getByRole("button", { name: /^Theme: / }).click();
  const alerts = page.getByRole("alert").filter({ hasText: /(Loss|Accuracy) broke/ });
  await expect(alerts).toHaveCount(2);
  await expect(alerts.first()).toContainText("planted in a canvas.");
  await page.evaluate(() => delete document.documentElement.dataset.planted);
  await alerts.first().getByRole("button", { name: "Try again" }).click();
  await expect(alerts).toHaveCount(1);
  await alerts.first().getByRole("button", { name: "Try again" }).click();
  await expect(alerts).toHaveCount(0);
  await expect.poll(() => canvases.count()).toBeGreaterThanOrEqual(2);
  await button(page, "Pause").click();
});
