/** One visit of the monkey: a page of its own with what watches it, and what was done there. */
import type { Browser, Page } from "playwright";
import type { LinkSettings } from "../../e2e/playground.ts";
import { collectFaults, holdRules } from "./rules.ts";
import { watchPage } from "./watchPage.ts";

/** What an action does with the page; `false` where what it acts on is not there or cannot be pressed. */
export type Act = (page: Page) => Promise<boolean>;

export interface Session {
  readonly page: Page;
  /** In words, as far as they were made. */
  readonly done: readonly string[];
  /** Makes an action and holds the page to the rules. */
  perform(words: () => string, act: Act): Promise<void>;
  close(): Promise<void>;
}

export async function openSession(
  browser: Browser,
  address: string,
  settings: LinkSettings,
): Promise<Session> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  // Nothing on this page leads away from it for the monkey, who would not find back.
  await context.route(
    (url) => !url.href.startsWith(address) && !/^(blob|data):/.test(url.protocol),
    (route) => route.abort(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // tsx names functions by a helper of its own, which the page has not.
  await page.addInitScript("globalThis.__name ??= (value) => value;");
  await page.addInitScript(watchPage);
  // The question on leaving a page that works is answered as by a person who wants to.
  page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
  const faults = collectFaults(page);
  const query = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  await page.goto(`${address}?${query.join("&")}`);
  await page.getByRole("status", { name: "Run status" }).getByText("Ready").waitFor();

  const done: string[] = [];
  return {
    page,
    done,
    async perform(words, act) {
      const wasMade = await act(page).catch((error: unknown) => {
        done.push(words());
        throw error;
      });
      if (!wasMade) return;
      done.push(words());
      await holdRules(page, faults);
    },
    close: () => context.close(),
  };
}
