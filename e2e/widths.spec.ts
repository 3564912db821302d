/** Tests every window width: no sideways scrolling, nothing beyond the edge, and no text that is cut off and cannot be read. */
import { expect, type Page, test } from "@playwright/test";
import {
  button,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  waitForStep,
} from "./playground.ts";

const RUN = { ...SMALLEST, ...QUICK, engine: "wasm", dataSet: "starter", steps: 5000 };

/** Widths on both sides of every layout change, and those of common screens. */
const WIDTHS = [
  320, 360, 480, 560, 720, 721, 768, 900, 901, 1024, 1080, 1081, 1180, 1280, 1300, 1301, 1366, 1440,
  1699, 1700, 1920,
];

/** Describes what does not fit; empty when everything fits. */
async function misfits(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > width)
      found.push(`the page scrolls to ${document.documentElement.scrollWidth}`);
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const isHidden = (element: Element) =>
      element.closest(".visually-hidden, .network-words, .chart-description, [hidden]") !== null ||
      !element.checkVisibility({ visibilityProperty: true });
    const ancestors = (element: Element): Element[] =>
      element.parentElement === null
        ? []
        : [element.parentElement, ...ancestors(element.parentElement)];
    for (const element of document.querySelectorAll("body *")) {
      const hasWords = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "",
      );
      if (!hasWords || isHidden(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      const around = [element, ...ancestors(element)];
      const words = `"${(element.textContent ?? "").slice(0, 40)}" in .${element.className}`;
      // Everything in an element that scrolls can be reached.
      if (around.some(scrolls)) continue;
      if (box.right > width + 1 || box.left < -1) found.push(`${words} lies beyond the edge`);
      const isCut = element.scrollWidth > element.clientWidth + 1;
      if (!isCut || !(element instanceof HTMLElement) || element.clientWidth === 0) continue;
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (overflowX === "visible") continue;
      const canBeHad = around.some(
        (one) =>
          one.hasAttribute("title") ||
          one.hasAttribute("aria-haspopup") ||
          one.hasAttribute("aria-expanded"),
      );
      if (textOverflow !== "ellipsis" || !canBeHad) found.push(`${words} is cut off`);
    }
    return found;
  });
}

async function expectFits(page: Page, what: string, widths = WIDTHS): Promise<void> {
  const wrong: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 320 ? 256 : 740 });
    // Waits two frames, in which elements that measure themselves redraw.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    for (const misfit of await misfits(page)) wrong.push(`${what}, ${width}: ${misfit}`);
  }
  expect.soft(wrong).toEqual([]);
}

test("ready, running, paused, finished and failed", async ({ page }) => {
  await openPlayground(page, RUN);
  await expectFits(page, "ready");
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await expectFits(page, "running", [320, 360, 768, 1024, 1180, 1280, 1366]);
  await button(page, "Pause").click();
  await expect(status(page)).toHaveText("Paused");
  await expectFits(page, "paused");
  await openPlayground(page, { ...RUN, steps: 4 });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
  await expectFits(page, "finished");
  await page.route(/manifest\.json/, (route) => route.fulfill({ status: 404, body: "" }));
  await button(page, "Reset").click();
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: /);
  await expectFits(page, "failed");
});

test("every tab, and every dialog", async ({ page }) => {
  for (const tab of ["convolutions", "race", "runs"]) {
    await page.goto(`./?tab=${tab}`);
    await expect(page.getByRole("region", { name: /^(One convolution|Race|Runs)$/ })).toBeVisible();
    await expectFits(page, tab);
  }
  await openPlayground(page, RUN);
  for (const name of ["Export", "Help", "Architecture", "Look at the data"]) {
    await page.setViewportSize({ width: 1366, height: 768 });
    await button(page, name).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectFits(page, name, [320, 360, 720, 1024, 1366]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.setViewportSize({ width: 320, height: 256 });
  await field(page, "Recipe").click();
  await expect(page.getByRole("listbox")).toBeVisible();
  await expectFits(page, "the menu of recipes", [320, 360]);
});
