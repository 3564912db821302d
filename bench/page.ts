/** Opens the built page in real Chromium, with the flags of the tests, for benches. It owns the server and the browser. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { preview } from "vite";
import { CHROMIUM_FLAGS, requireChromium } from "../scripts/chromium.ts";

const REPOSITORY = join(import.meta.dirname, "..");
/** The server takes the next free port when this one is in use. */
const FIRST_PORT = 4600;

export interface BenchPage {
  readonly browserVersion: string;
  /** Opens a new page in its own browser context. `search` is the link's part after `?`. */
  open(search?: string, init?: (page: Page) => Promise<void>): Promise<Page>;
  /** Returns the ids of the browser's processes for pages. */
  pageProcesses(): Promise<readonly number[]>;
  close(): Promise<void>;
}

export async function openBenchPage(): Promise<BenchPage> {
  execFileSync(process.execPath, ["--import", "tsx", "scripts/build.ts", "--if-changed"], {
    cwd: REPOSITORY,
    stdio: ["ignore", 2, 2],
  });
  const server = await preview({
    root: REPOSITORY,
    logLevel: "error",
    preview: { host: "127.0.0.1", port: FIRST_PORT },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error("bench: the server did not start.");
  const browser: Browser = await chromium.launch({
    executablePath: await requireChromium(),
    // Measures memory at once, instead of at the browser's next garbage collection.
    args: [...CHROMIUM_FLAGS, "--enable-blink-features=ForceEagerMeasureMemory"],
  });
  const contexts: BrowserContext[] = [];
  return {
    browserVersion: browser.version(),
    async open(search = "", init = async () => {}) {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
      contexts.push(context);
      const page = await context.newPage();
      // tsx wraps functions in a helper that the page does not have.
      await page.addInitScript("globalThis.__name ??= (value) => value;");
      await init(page);
      await page.goto(`${url}?${search}`);
      await page.getByRole("status", { name: "Run status" }).getByText("Ready").waitFor();
      return page;
    },
    async pageProcesses() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
      await server.close();
    },
  };
}

/** Records the events of the page's workers in the page, for a bench to read. */
export async function recordWorkerEvents(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const events: BenchEvent[] = [];
    window.benchEvents = events;
    window.Worker = class extends window.Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        this.addEventListener("message", ({ data }) =>
          events.push({ at: performance.now(), event: data }),
        );
      }
    };
  });
}

export function recordedEvents(page: Page, type: string): Promise<readonly BenchEvent[]> {
  return page.evaluate(
    (wanted) => window.benchEvents.filter(({ event }) => event.type === wanted),
    type,
  );
}

/** Waits for an event whose `field` has reached `atLeast`, or for the run to fail. */
export async function waitForEvent(
  page: Page,
  type: string,
  field: string,
  atLeast: number,
): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      window.benchEvents.some(
        ({ event }) =>
          event.type === "run.failed" ||
          (event.type === wanted.type && Number(event[wanted.field]) >= wanted.atLeast),
      ),
    { type, field, atLeast },
    { timeout: 600_000 },
  );
}

export async function train(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train", exact: true }).click();
}
