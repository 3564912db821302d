/** Connects recorded runs with the browser: its database, its locks, and the moment at which the page is hidden. */
import { discardEveryRun } from "../run/keptOnPage.ts";
import type { Playground } from "../store.ts";
import { openRunDatabase } from "./runDatabase.ts";
import { createRuns, type Runs } from "./store.ts";

const MOST_LETTERS = 300;

export function openRuns(playground: Playground, page: Window): Runs {
  const { navigator } = page;
  const runs = createRuns(playground, {
    open: openRunDatabase,
    // On plain http both are missing, although their types say otherwise.
    storage: (navigator.storage as StorageManager | undefined) ?? {},
    locks: navigator.locks as LockManager | undefined,
    machine: {
      browser: navigator.userAgent.slice(0, MOST_LETTERS),
      cores: navigator.hardwareConcurrency,
      memoryGb: memoryOf(navigator),
    },
    now: Date.now,
    discardCheckpoints: discardEveryRun,
  });
  // A hidden page may be ended without another event.
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.hidden) void runs.flush();
  });
  page.addEventListener("pagehide", () => void runs.flush());
  return runs;
}

/** Not all browsers report the machine's memory, and the type of `Navigator` lacks it. */
function memoryOf(navigator: Navigator): number | null {
  return "deviceMemory" in navigator && typeof navigator.deviceMemory === "number"
    ? navigator.deviceMemory
    : null;
}
