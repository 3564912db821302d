/** One visit of the monkey: a new page with its observers, and the actions done there. */
import type { Browser, Page } from "playwright";
import type { LinkSettings } from "../../e2e/playground.ts";
import { collectFaults, holdRules } from "./rules.ts";
import { watchPage } from "./watchPage.ts";

/** An action on the page. It returns `false` when its target is missing or cannot be pressed. */
export type Act = (page: Page) => Promise<boolean>;

export interface Session {
  readonly page: Page;
  /** Descriptions of the actions done so far. */
  readonly done: readonly string[];
  /** Performs an action and checks the rules. */
  perform(words: () => string, act: Act): Promise<void>;
  close(): Promise<void>;
}

export async function openSession(
  browser: Browser,
  address: string,
  settings: LinkSettings,
): Promise<Session> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  // Blocks links that lead away from the page, because the monkey could not return.
  await context.route(
    (url) => !url.href.startsWith(address) && !/^(blob|data):/.test(url.protocol),
    (route) => route.abort(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // tsx wraps functions in a helper that the page does not have.
  await page.addInitScript("globalThis.__name ??= (value) => value;");
  await page.addInitScript(watchPage);
  // Confirms the question that the page asks before it is left during a run.
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
