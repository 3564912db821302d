/**
 * A browser with its own process group and profile, so that it can be killed as a whole and started again on the same storage. It
 * records what the page's workers report in this process, where a kill of the browser does not reach.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type Browser, type BrowserContext, chromium } from "playwright";
import { CHROMIUM_FLAGS, requireChromium } from "../../scripts/chromium.ts";
import { BEGUN, REPORTED, type Report } from "./reports.ts";

export interface KillableBrowser {
  readonly context: BrowserContext;
  /** What the workers reported since the browser started, oldest first. */
  readonly reports: readonly Report[];
  /** Kills every process that renders pages. */
  killTabs(): Promise<void>;
  /** Kills all processes of the browser. */
  kill(): Promise<void>;
}

/**
 * The clock of the worker that trains goes this much faster. So the interval of 30 seconds between checkpoints passes in less than
 * a second, and the curve has a point for each step, because a step takes longer than the time between two points.
 */
export const CLOCK = 100;

/** Changes the program of the worker that trains: its clock and timers, the time of each report, and a report when writing begins. */
const WATCHED_WORKER = `{
  const now = performance.now.bind(performance);
  performance.now = () => ${CLOCK} * now();
  const later = self.setTimeout.bind(self);
  self.setTimeout = (act, ms = 0, ...rest) => later(act, ms / ${CLOCK}, ...rest);
  const post = self.postMessage.bind(self);
  const reported = new Set(${JSON.stringify(REPORTED)});
  self.postMessage = (message, ...rest) =>
    post(reported.has(message?.type) ? { ...message, at: performance.now() } : message, ...rest);
  const { storage } = navigator;
  const getDirectory = storage.getDirectory.bind(storage);
  storage.getDirectory = () => {
    post({ type: "${BEGUN}", at: performance.now() });
    return getDirectory();
  };
}`;

/** Passes the workers' reports on, and lets the workers be ended without the page's knowledge. */
const WATCH_WORKERS = `{
  const reported = new Set(${JSON.stringify(REPORTED)});
  const RealWorker = Worker;
  const workers = [];
  globalThis.killWorkers = () =>
    workers.forEach((worker) => RealWorker.prototype.terminate.call(worker));
  globalThis.Worker = class extends RealWorker {
    constructor(...args) {
      super(...args);
      workers.push(this);
      this.addEventListener("message", (event) => {
        const { type, at, runId, phase, step, intervalMs, error } = event.data;
        const isBegun = type === "${BEGUN}";
        if (isBegun) event.stopImmediatePropagation();
        if (isBegun || reported.has(type))
          report({ type, at, runId, phase, step, intervalMs, message: error?.message });
      });
    }
  };
}`;
const STARTS_MS = 120_000;

export async function startBrowser(profile: string): Promise<KillableBrowser> {
  const flags = [...CHROMIUM_FLAGS, "--headless", "--remote-debugging-port=0"];
  const child = spawn(
    await requireChromium(),
    [...flags, `--user-data-dir=${profile}`, "about:blank"],
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  const browser = await chromium.connectOverCDP(await endpointOf(child));
  const context = contextOf(browser);
  const reports: Report[] = [];
  await context.exposeBinding("report", (_, one: Report) => void reports.push(one));
  await context.addInitScript(WATCH_WORKERS);
  await context.route(/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${WATCHED_WORKER}\n${await response.text()}` });
  });
  return {
    context,
    reports,
    async killTabs() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      for (const { type, id } of processInfo) if (type === "renderer") kill(id);
      await session.detach();
    },
    async kill() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.pid !== undefined) kill(-child.pid);
      await ended;
      await browser.close().catch(() => {});
    },
  };
}

/** A process that has ended by itself is not an error. @param id a negative number names a process group */
function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function contextOf(browser: Browser): BrowserContext {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("kills: the browser has no context.");
  return context;
}

/** Reads the address that the browser prints. */
function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(
      () => reject(new Error(`kills: the browser did not start: ${text}`)),
      STARTS_MS,
    );
    child.stderr?.on("data", (part) => {
      text += String(part);
      const [, endpoint] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (endpoint === undefined) return;
      clearTimeout(timer);
      resolve(endpoint);
    });
  });
}
