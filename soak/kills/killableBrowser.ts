/**
 * A browser of its own process group and profile, so that it can be killed as a whole and started again on the same storage. It
 * records what the page's workers tell, on this side, where a kill does not reach.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type Browser, type BrowserContext, chromium } from "playwright";
import { CHROMIUM_FLAGS, requireChromium } from "../../scripts/chromium.ts";

/** What a worker's event says that the rules need. */
export interface Told {
  readonly type: string;
  readonly runId?: string;
  readonly step?: number;
  readonly trainMs?: number;
  readonly intervalMs?: number;
  readonly message?: string;
}

export interface KillableBrowser {
  readonly version: string;
  readonly context: BrowserContext;
  /** What the workers told since the browser started, oldest first. */
  readonly told: readonly Told[];
  /** Kills every process that renders pages. */
  killTabs(): Promise<void>;
  /** Kills all processes of the browser. */
  kill(): Promise<void>;
}

/**
 * The clock of the worker that trains goes this much faster. So a checkpoint is due after a second instead of thirty, and the
 * curve has a point for each step.
 */
export const CLOCK = 30;
const FAST_CLOCK = `{
  const now = performance.now.bind(performance);
  performance.now = () => ${CLOCK} * now();
}`;
const TYPES = [
  ...["step.completed", "checkpoint.kept", "checkpoint.failed", "run.restored"],
  ...["run.failed", "run.finished"],
];
const STARTS_MS = 60_000;

/** Reports the workers' events, and lets the workers be ended behind the page's back. */
const WATCH_WORKERS = `{
  const types = new Set(${JSON.stringify(TYPES)});
  const RealWorker = Worker;
  const workers = [];
  globalThis.killWorkers = () => workers.forEach((worker) => RealWorker.prototype.terminate.call(worker));
  globalThis.Worker = class extends RealWorker {
    constructor(...args) {
      super(...args);
      workers.push(this);
      this.addEventListener("message", ({ data }) => {
        if (!types.has(data.type)) return;
        const { type, runId, step, trainMs, intervalMs, error } = data;
        tell({ type, runId, step, trainMs, intervalMs, message: error?.message });
      });
    }
  };
}`;

export async function startBrowser(profile: string): Promise<KillableBrowser> {
  const flags = [...CHROMIUM_FLAGS, "--headless", "--remote-debugging-port=0"];
  const child = spawn(
    await requireChromium(),
    [...flags, `--user-data-dir=${profile}`, "about:blank"],
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  const browser = await chromium.connectOverCDP(await endpointOf(child));
  const context = contextOf(browser);
  const told: Told[] = [];
  await context.exposeBinding("tell", (_, event: Told) => void told.push(event));
  await context.addInitScript(WATCH_WORKERS);
  await context.route(/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${FAST_CLOCK}\n${await response.text()}` });
  });
  return {
    version: browser.version(),
    context,
    told,
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

/** A process that has ended meanwhile is not an error. @param id a negative one is a process group's */
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
