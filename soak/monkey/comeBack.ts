/** The last action of every walk. */
import type { Locator, Page } from "playwright";
import { button, field, status, stepShown } from "../../e2e/playground.ts";
import { pressed, until } from "./presses.ts";

/**
 * Checks that after any walk the smallest network trains again. Each press is repeated until it has a visible effect, as a
 * person on a slow machine would do.
 */
export async function comeBack(page: Page): Promise<boolean> {
  await page.context().setOffline(false);
  const playground = { name: "Playground", exact: true };
  await insist("way to the tab Playground", page.getByRole("tab", playground), () =>
    isThere(page.getByRole("tab", { ...playground, selected: true })),
  );
  await insist("Ready after Reset", button(page, "Reset"), () =>
    isThere(status(page).filter({ hasText: /^Ready$/ })),
  );
  await choose(page, "Recipe", /^One minute on any computer/);
  await choose(page, "Data set", /starter set/);
  await choose(page, "Engine", /^CPU compiled/);
  await insist(
    "first step after Train",
    button(page, "Train"),
    async () => (await isThere(status(page))) && (await stepShown(page)) >= 1,
  );
  return true;
}

async function choose(page: Page, name: string, words: RegExp): Promise<void> {
  const option = page.getByRole("option", { name: words });
  await insist(`options of ${name}`, field(page, name), () => isThere(option));
  await insist(`choice for ${name}`, option, async () => !(await isThere(option)));
}

/** Checks without waiting. A dialog hides everything below it from assistive technology. */
const isThere = async (element: Locator): Promise<boolean> => (await element.count()) === 1;

/** Presses Escape first, because a dialog, even one that is still loading, may cover the element. */
async function insist(
  what: string,
  element: Locator,
  isSeen: () => Promise<boolean>,
): Promise<void> {
  await until(`${what} at the end`, async () => {
    if (await isSeen()) return true;
    if (!(await pressed(element))) await element.page().keyboard.press("Escape");
    return isSeen();
  });
}
