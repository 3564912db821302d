/**
 * Tests forced colours: all states remain visible, so on and off, chosen and not chosen, enabled and disabled must look
 * different.
 */
import { expect, type Locator, type Page, test } from "@playwright/test";
import {
  button,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  slider,
  status,
  waitForStep,
} from "./playground.ts";

const RUN = { ...SMALLEST, ...QUICK, engine: "wasm", dataSet: "starter", steps: 40 };

interface Stateful {
  readonly name: string;
  readonly seen: (page: Page) => Locator;
  /** Changes it to its other state. */
  readonly change: (page: Page) => Promise<void>;
  readonly tab?: string;
}

const tab = (page: Page, name: string) => page.getByRole("tab", { name });
const radio = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const block = (page: Page) => page.getByRole("button", { name: /^Block 2, / });

const STATES: readonly Stateful[] = [
  {
    name: "a switch",
    seen: (page) => page.getByRole("switch", { name: "Residual connections" }),
    change: (page) => page.getByRole("switch", { name: "Residual connections" }).click(),
  },
  {
    name: "a slider",
    seen: (page) =>
      slider(page, "Width multiplier").locator(
        "xpath=ancestor::*[contains(@class,'slider')][last()]",
      ),
    change: async (page) => {
      await slider(page, "Width multiplier").focus();
      await page.keyboard.press("End");
    },
  },
  {
    name: "an option of a segmented choice",
    seen: (page) => radio(page, "Ordinary"),
    change: (page) => radio(page, "Ordinary").click(),
  },
  {
    name: "a tab of the page",
    seen: (page) => tab(page, "Race"),
    change: (page) => tab(page, "Race").click(),
  },
  {
    name: "a view of the network",
    seen: (page) => tab(page, "Table"),
    change: (page) => tab(page, "Table").click(),
  },
  { name: "a block", seen: block, change: (page) => block(page).click() },
  {
    name: "a field with a wrong text",
    seen: (page) => field(page, "Learning rate").locator("xpath=.."),
    // Keeps the width the same, so that the text is not the difference.
    change: async (page) => {
      await field(page, "Learning rate").fill("9.003");
      await field(page, "Learning rate").fill("99.003");
    },
  },
  {
    name: "Train that cannot be pressed",
    seen: (page) => button(page, "Train"),
    change: (page) => field(page, "Learning rate").fill("fast"),
  },
  {
    name: "Reset that can be pressed",
    seen: (page) => button(page, "Reset"),
    change: async (page) => {
      await button(page, "Train").click();
      await waitForStep(page, 1);
    },
  },
  {
    name: "the progress of a run",
    seen: (page) => page.getByRole("progressbar", { name: "Progress" }),
    change: async (page) => {
      await button(page, "Train").click();
      await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
    },
  },
  {
    name: "the focus",
    seen: (page) => button(page, "Share").locator("xpath=.."),
    change: async (page) => {
      await button(page, "Export").focus();
      await page.keyboard.press("Tab");
    },
  },
  {
    name: "an example of the laboratory",
    tab: "convolutions",
    seen: (page) => button(page, "3 → 4 channels, 3×3"),
    change: (page) => button(page, "3 → 4 channels, 3×3").click(),
  },
];

/** Takes a screenshot without the pointer over the element. */
async function look(page: Page, seen: Locator, keepsFocus: boolean): Promise<string> {
  await page.mouse.move(0, 0);
  if (!keepsFocus)
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
  const image = await seen.screenshot({ animations: "disabled" });
  return `data:image/png;base64,${image.toString("base64")}`;
}

/** Counts the pixels in which two pictures differ; all of them when their sizes differ. */
async function difference(page: Page, one: string, other: string): Promise<number> {
  return page.evaluate(
    async (addresses) => {
      const [first, second] = await Promise.all(
        addresses.map(async (address) => {
          const image = new Image();
          image.src = address;
          await image.decode();
          const { width, height } = image;
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context?.drawImage(image, 0, 0);
          return context?.getImageData(0, 0, width, height);
        }),
      );
      if (!first || !second || first.data.length !== second.data.length)
        return Number.POSITIVE_INFINITY;
      let numDifferent = 0;
      for (let at = 0; at < first.data.length; at += 4) {
        const apart = [0, 1, 2].map((c) =>
          Math.abs((first.data[at + c] ?? 0) - (second.data[at + c] ?? 0)),
        );
        if (apart.some((channel) => channel > 60)) numDifferent += 1;
      }
      return numDifferent;
    },
    [one, other],
  );
}

test("every state has a look of its own", async ({ page }) => {
  await page.emulateMedia({
    forcedColors: "active",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const same: string[] = [];
  for (const { name, seen, change, tab: place } of STATES) {
    if (place === undefined) await openPlayground(page, RUN);
    else await page.goto(`./?tab=${place}`);
    await expect(seen(page)).toBeVisible();
    const before = await look(page, seen(page), false);
    await change(page);
    const after = await look(page, seen(page), name === "the focus");
    if ((await difference(page, before, after)) < 12) same.push(name);
  }
  expect(same).toEqual([]);
});

test("bars and charts can be seen: they have more than one colour", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 120_000 });
  const things = {
    "a cost's bars": page.locator(".cost-bars").first(),
    "a slider's track": page.locator(".slider-track").first(),
    "a progress bar": page.getByRole("progressbar", { name: "Progress" }),
    "a chart": page.getByRole("img", { name: "Loss" }),
  };
  for (const [name, seen] of Object.entries(things)) {
    const colours = await page.evaluate(
      async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context?.drawImage(image, 0, 0);
        const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
        const counts = new Map<string, number>();
        for (let at = 0; at < data.length; at += 4) {
          const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
        return [...counts.values()].filter((count) => count > 20).length;
      },
      await look(page, seen, false),
    );
    expect(colours, name).toBeGreaterThan(1);
  }
});
