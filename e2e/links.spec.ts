/** Links: what Share makes, and what a person who opens a locked link can change. */
import { expect, type Page, test } from "@playwright/test";
import { button, collectPageErrors, field, slider, status } from "./playground.ts";

const LOCKED =
  "?v2=notebook&lr=0.5&con=ordinary&ds=starter&bs=8&lock=recipe,lr,con,ds,bs,mr,res&hide=seed&by=Ms%20Meier";

const notice = (page: Page) => page.getByRole("note");

test("a link that locks cannot be changed by any control that there is", async ({ page }) => {
  const errors = collectPageErrors(page);
  await page.goto(`./${LOCKED}`);
  await expect(status(page)).toHaveText("Ready");
  await expect(notice(page)).toHaveText(
    "The link to this page, by Ms Meier, has locked 7 controls and hidden Seed.",
  );
  await expect(field(page, "Seed")).toHaveCount(0);

  // The controls: a number, a choice side by side, a list, a slider with its box, a switch, and the menu of recipes.
  await expect(field(page, "Learning rate")).toBeDisabled();
  await expect(page.getByRole("radio", { name: "Separable" })).toBeDisabled();
  await expect(field(page, "Data set")).toBeDisabled();
  await expect(slider(page, "Middle-flow repeats")).toBeDisabled();
  await expect(field(page, "Middle-flow repeats, exact value")).toBeDisabled();
  await expect(page.getByRole("switch", { name: "Residual connections" })).toBeDisabled();
  await expect(field(page, "Recipe")).toBeDisabled();
  const track = slider(page, "Middle-flow repeats").locator("xpath=ancestor::div[2]");
  await track.click({ force: true, position: { x: 3, y: 8 } });

  // Commands of the page that change settings: take all back, a failed run's other ways, files of another data set.
  await field(page, "Epochs").fill("3");
  await button(page, "Undo all").click();
  await expect(field(page, "Epochs")).not.toHaveValue("3");
  await expect(field(page, "Learning rate")).toHaveValue("0.5");
  await dropFile(page, "train-images-idx3-ubyte");
  await expect(page.getByText(/Data set: the link to this page has locked it/)).toBeVisible();
  await expect(field(page, "Data set")).toHaveText("Fashion-MNIST starter set");

  await button(page, "Undo").click();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+z");
  await expect(field(page, "Learning rate")).toHaveValue("0.5");

  // A race and an experiment that would train with another value.
  await button(page, "Compare").click();
  await expect(page.getByText(/has locked Convolution, and a network/).first()).toBeVisible();
  await expect(button(page, "Start race")).toBeDisabled();
  await expect(button(page, "Run experiment")).toBeDisabled();

  // A link that is shared from here, and a reload.
  await button(page, "Share").click();
  await page.getByText("For a class: lock and hide controls").click();
  await expect(button(page, "Lock Learning rate")).toBeDisabled();
  await expect(button(page, "Lock Learning rate")).toHaveAttribute("aria-pressed", "true");
  await button(page, "Close").click();
  await page.reload();
  await page.getByRole("tab", { name: "Playground" }).click();
  await expect(field(page, "Learning rate")).toBeDisabled();
  await expect(field(page, "Learning rate")).toHaveValue("0.5");
  expect(errors).toEqual([]);
});

test("Share copies a link, says what it contains, and locks by a click", async ({ page }) => {
  const errors = collectPageErrors(page);
  await page.goto("./?recipe=notebook&middleRepeats=2&engine=wasm");
  await button(page, "Share").click();
  const dialog = page.getByRole("dialog", { name: "Share" });
  await expect(dialog.getByRole("img", { name: "QR code of the link" })).toBeVisible();
  await expect(dialog).toContainText("Middle-flow repeats: 2 (the recipe: 3)");
  await expect(field(page, "Link")).toHaveValue(/\?v2=notebook&mr=2&eng=wasm$/);

  await dialog.getByText("For a class: lock and hide controls").click();
  await button(page, "Lock Middle-flow repeats").click();
  await button(page, "Hide Engine").click();
  await field(page, "From").fill("Ms Meier");
  await expect(dialog).toContainText("It locks Middle-flow repeats.");
  await button(page, "Copy link").click();
  await expect(dialog.getByText("Copied.")).toBeVisible();
  const link = await field(page, "Link").inputValue();
  expect(link).toMatch(/\?v2=notebook&mr=2&eng=wasm&lock=mr&hide=eng&by=Ms%20Meier$/);

  await page.goto(link);
  await expect(slider(page, "Middle-flow repeats")).toBeDisabled();
  await expect(page.getByRole("radiogroup", { name: "Engine" })).toHaveCount(0);
  await expect(field(page, "Engine")).toHaveCount(0);
  expect(errors).toEqual([]);
});

test("a link opens a dialog once, and one that cannot be used is one sentence", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await page.goto("./?v2=notebook&tab=playground&open=architecture");
  await expect(page.getByRole("dialog", { name: "Architecture" })).toBeVisible();
  await expect(page).not.toHaveURL(/open=/);

  await page.goto("./?v9=notebook&zz=1");
  await expect(page.getByText(/The link was not used[.] A newer version/)).toBeVisible();
  await expect(status(page)).toHaveText("Ready");

  // A server refuses an address of 100 kB, but the history of a tab takes it.
  await page.evaluate(() => {
    history.replaceState(null, "", `?v2=notebook&lr=${"1".repeat(100_000)}`);
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await expect(page.getByText(/The link was not used[.] It has 100/)).toBeVisible();
  await field(page, "Learning rate").fill("0.25");
  await expect(page).toHaveURL(/\?v2=one-minute&lr=0[.]25$/);
  expect(errors).toEqual([]);
});

async function dropFile(page: Page, name: string): Promise<void> {
  await page.evaluate((fileName) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(20)], fileName));
    dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, name);
}
