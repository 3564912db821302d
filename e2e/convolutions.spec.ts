/** Tests the convolution laboratory: comparing one convolution by mouse and by keyboard, its other sections, and axe-core. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { collectPageErrors } from "./playground.ts";
import { violations } from "./violations.ts";

async function openLab(page: Page, query = ""): Promise<void> {
  await page.goto(`./?tab=convolutions${query}`);
  await expect(section(page, "One convolution")).toBeVisible();
}

const section = (page: Page, name: string): Locator =>
  page.getByRole("region", { name, exact: true });
const kind = (page: Page, name: string): Locator =>
  page
    .getByRole("region", { name: "Kinds compared" })
    .getByRole("row", { name: new RegExp(`^${name}`) });
const number = (page: Page, name: string): Locator =>
  section(page, "One convolution").getByRole("spinbutton", { name, exact: true });

test("compare one convolution: an example, other numbers, a link that keeps them", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await page.goto("./");
  await page.getByRole("tab", { name: "Convolutions" }).click();
  await expect(kind(page, "Ordinary")).toContainText("1,228,800");
  await expect(kind(page, "Depthwise separable")).toContainText("53,952");
  await expect(section(page, "One convolution")).toContainText("misprints the sum as 52,952");

  await page.getByRole("button", { name: "3 → 4 channels, 3×3" }).click();
  await expect(kind(page, "Ordinary")).toContainText("112");
  await expect(kind(page, "Depthwise separable")).toContainText("43");
  await expect(page.getByRole("region", { name: "The example's counts" })).toContainText(
    "27 + 16 = 43",
  );

  await page.getByRole("button", { name: "25 → 50, groups 5" }).click();
  await expect(page.getByRole("region", { name: "The example's counts" })).toContainText(
    "50x5x3x3",
  );
  await number(page, "Groups").fill("25");
  await expect(page.getByRole("region", { name: "The example's counts" })).toContainText(
    "50x1x3x3",
  );
  await expect(page).toHaveURL(/c\.groups=25/);
  await page.reload();
  await expect(number(page, "Groups")).toHaveValue("25");
  await expect(kind(page, "Grouped")).toContainText("450");
  await expect(page.getByText("Parts of the link could not be used")).toBeHidden();
  expect(errors).toEqual([]);
});

test("by keyboard alone: a number, a choice, a section of the menu, a step", async ({ page }) => {
  await openLab(page);
  const focusByTab = async (name: string) => {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(
        () =>
          document.activeElement?.getAttribute("aria-label") ??
          document.activeElement?.textContent?.trim(),
      );
      if (focused === name) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await focusByTab("Filters N");
  await page.keyboard.press("ArrowDown");
  await expect(number(page, "Filters N")).toHaveValue("255");
  // 8·8·5·5·3·255
  await expect(kind(page, "Ordinary")).toContainText("1,224,000");
  await focusByTab("Valid");
  await page.keyboard.press("ArrowRight");
  await expect(kind(page, "Ordinary")).toContainText("12x12x255");
  await focusByTab("Step");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Multiplications, ordinary")).toHaveText("27 of 3,888");
  await focusByTab("Towers");
  await page.keyboard.press("End");
  await expect(page.getByLabel("Parameters of the module")).toHaveText("1,176");
});

test("bad input explains itself beside the control, and the last good numbers stay, marked", async ({
  page,
}) => {
  await openLab(page);
  await number(page, "Groups").fill("7");
  await expect(section(page, "One convolution")).toContainText(/Groups must divide .* got 7/);
  await expect(kind(page, "Grouped")).toContainText(/not possible; as before.*1,228,800/);
  await expect(kind(page, "Ordinary")).not.toContainText("not possible");
  await number(page, "Groups").fill("1");
  await number(page, "Kernel K").fill("13");
  await expect(section(page, "One convolution")).toContainText(
    "expected a height and width of at least 13, got 12 x 12",
  );
  await expect(kind(page, "Ordinary")).toContainText(/not possible; as before/);
  await number(page, "Kernel K").fill("many");
  await expect(number(page, "Kernel K")).toHaveValue("many");
  await expect(section(page, "One convolution")).toContainText(
    "expected a whole number from 1 to 15",
  );
  await number(page, "Kernel K").fill("5");
  await number(page, "Depth multiplier").fill("2");
  await expect(kind(page, "Pointwise first")).toContainText("not possible");
  await expect(kind(page, "Depthwise separable")).toContainText("107,904");
});

test("the steps end where the counts do, without moving by themselves where motion is unwanted", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openLab(page);
  const steps = section(page, "Step by step on real pixels");
  await expect(steps.getByRole("button", { name: "Play" })).toBeDisabled();
  await steps.getByRole("button", { name: "Step", exact: true }).click();
  await expect(page.getByLabel("Multiplications, depthwise separable")).toHaveText("27 of 1,404");
  await steps.getByRole("button", { name: "To the end" }).click();
  await expect(page.getByLabel("Multiplications, ordinary")).toHaveText("3,888 of 3,888");
  await expect(page.getByLabel("Multiplications, depthwise separable")).toHaveText(
    "1,404 of 1,404",
  );
  await steps.getByRole("button", { name: "Set them above" }).click();
  await expect(kind(page, "Ordinary")).toContainText("3,888");
  await expect(kind(page, "Depthwise separable")).toContainText("1,404");

  await page.emulateMedia({ reducedMotion: "no-preference" });
  await steps.getByRole("button", { name: "Reset" }).click();
  await steps.getByRole("button", { name: "Play" }).click();
  await expect(page.getByLabel("Multiplications, ordinary")).toHaveText(/^[1-9]\d+ of/);
  await steps.getByRole("button", { name: "Pause" }).click();
});

test("a drawn kernel separates or says by how much it does not", async ({ page }) => {
  await openLab(page);
  const verdict = page.getByRole("status", { name: "Verdict" });
  await expect(verdict).toHaveText("It separates: 6 multiplications for a number instead of 9.");
  await page.getByRole("spinbutton", { name: "Row 2, column 2" }).fill("5");
  await expect(verdict).toContainText("It does not separate");
  await page.getByRole("spinbutton", { name: "Row 2, column 2" }).fill("x");
  await expect(section(page, "Kernels that separate")).toContainText('got "x"');
  await page.getByRole("radio", { name: "5 × 5" }).click();
  await expect(verdict).toHaveText("It separates: 10 multiplications for a number instead of 25.");
});

test("the same network under other convolutions: totals, sorting, CSV and Markdown", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openLab(page, "&recipe=paper");
  const network = section(page, "The same network, other convolutions");
  const table = page.getByRole("region", { name: "Layers by kind" });
  await expect(table.getByRole("row", { name: "Total" })).toContainText("22,910,480");
  await expect(table.getByRole("row", { name: /block5 to block12, 8 alike/ })).toBeVisible();
  await network.getByRole("radio", { name: "Layers" }).click();
  await table.getByRole("button", { name: "Ordinary, MACs" }).click();
  await expect(table.getByRole("columnheader", { name: "Ordinary, MACs" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  const first = await table.getByRole("row").nth(1).getByRole("rowheader").textContent();
  await network.getByRole("button", { name: "Copy as CSV" }).click();
  await expect(page.getByText("Copied as CSV")).toBeVisible();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  expect(csv.split(/\r?\n/)[1]).toMatch(new RegExp(`^${first},`));
  expect(csv).toContain("Total,22910480,");
  await network.getByRole("button", { name: "Copy as Markdown" }).click();
  await expect(page.getByText("Copied as Markdown")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    "| Total | 22,910,480 |",
  );
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`no rule of WCAG AA is broken, with and without faults, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openLab(page);
    expect(await violations(page)).toEqual([]);
    await number(page, "Groups").fill("7");
    await number(page, "Stride").fill("0");
    await section(page, "Step by step on real pixels")
      .getByRole("button", { name: "Step", exact: true })
      .click();
    await expect(kind(page, "Grouped")).toContainText("not possible");
    expect(await violations(page)).toEqual([]);
  });
}

test("nothing is wider than a phone of 360 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openLab(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(360);
  await page.getByRole("navigation", { name: "In this tab" }).getByText("Same network").click();
  await expect(
    page.getByRole("heading", { name: "The same network, other convolutions" }),
  ).toBeInViewport();
});
