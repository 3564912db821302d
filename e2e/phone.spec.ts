/** Tests that on a phone the costs stay visible while a setting is changed. */
import { expect, test } from "@playwright/test";
import { field, openPlayground, slider, value } from "./playground.ts";

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test("parameters and MACs stay in sight and follow, however far the settings are scrolled", async ({
  page,
}) => {
  await openPlayground(page);
  const before = (await value(page, "Parameters").textContent()) ?? "";
  await field(page, "Batch size").scrollIntoViewIfNeeded();
  await slider(page, "Depth multiplier").focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(200);
  await expect(value(page, "Parameters")).not.toHaveText(before);
  for (const name of ["Parameters", "MACs per image"]) {
    await expect(value(page, name)).toBeInViewport({ ratio: 1 });
  }
});

test("no part of the page is wider than the phone", async ({ page }) => {
  await openPlayground(page, { recipe: "paper" });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
