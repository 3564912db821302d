/** Tests the page with axe-core's rules, and its main task by keyboard alone. */
import { expect, test } from "@playwright/test";
import { arrayFiles } from "./ownFiles.ts";
import {
  button,
  ENDLESS,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  waitForStep,
} from "./playground.ts";
import { violations } from "./violations.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`no rule of WCAG AA is broken, ready and paused, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openPlayground(page, { ...SMALLEST, ...QUICK, steps: 4, dataSet: "starter" });
    expect(await violations(page)).toEqual([]);
    await button(page, "Train").click();
    await expect(status(page)).toHaveText("Finished", { timeout: 200_000 });
    expect(await violations(page)).toEqual([]);
  });
}

test("by keyboard alone: a setting, Train, Pause, Reset", async ({ page }) => {
  await openPlayground(page, { ...SMALLEST, ...QUICK, ...ENDLESS });
  const focusByTab = async (name: string) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(
        () =>
          document.activeElement?.getAttribute("aria-label") ??
          document.activeElement?.textContent?.trim() ??
          "",
      );
      if (focused === name) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await focusByTab("Train");
  await page.keyboard.press("Enter");
  await waitForStep(page, 1);
  await expect(button(page, "Pause"), "focus stays on the button whose name changed").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(status(page)).toHaveText("Paused");
  await focusByTab("Reset");
  await page.keyboard.press("Enter");
  await expect(status(page)).toHaveText("Ready");
  await page.getByRole("slider", { name: "Middle-flow repeats" }).focus();
  await page.keyboard.press("End");
  await expect(page.getByRole("slider", { name: "Middle-flow repeats" })).toHaveValue("16");
});

test("a person's own files: no rule broken where they are asked for and described, and a door by keyboard", async ({
  page,
}) => {
  await openPlayground(page, { ...SMALLEST, ...QUICK, dataSet: "arrays" });
  // Playwright takes file dialogs only some time after it was asked to, so it is asked before the rules are checked.
  const chooser = page.waitForEvent("filechooser");
  expect(await violations(page)).toEqual([]);
  await button(page, "Choose files").focus();
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(arrayFiles());
  await page.getByText(/2 classes, 24 training images each/).click();
  await expect(page.getByRole("table", { name: "Images of each class" })).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
});
