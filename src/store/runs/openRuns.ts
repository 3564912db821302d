/** Connects recorded runs with the browser: its database, its locks, and the moment at which the page is hidden. */
import { listenForForgotten } from "../../checkpoint/forgetting.ts";
import { browserFolders } from "../../checkpoint/joinedFolders.ts";
import { hasKeptDatabase } from "../../checkpoint/keptDatabase.ts";
import { network } from "../../core/network.ts";
import { OWN_DATA_SETS } from "../../settings/ownData.ts";
import { forgetFiles } from "../data/keptFiles.ts";
import { experimentPlace } from "../race/experimentPlace.ts";
import { forgetExperiment } from "../race/keptExperiment.ts";
import type { Playground } from "../store.ts";
import { createKeptCheckpoints } from "./keptCheckpoints.ts";
import { openRunDatabase } from "./runDatabase.ts";
import { createRuns, type Runs, type RunsHost } from "./store.ts";

const MOST_LETTERS = 300;

export function openRuns(playground: Playground, page: Window, connect: RunsHost["connect"]): Runs {
  const { navigator } = page;
  // On plain http both are missing, although their types say otherwise.
  const storage = navigator.storage as StorageManager | undefined;
  const locks = navigator.locks as LockManager | undefined;
  const estimate = async () => (await storage?.estimate()) ?? {};
  const runs = createRuns(playground, {
    open: openRunDatabase,
    storage: storage ?? {},
    locks,
    machine: {
      browser: navigator.userAgent.slice(0, MOST_LETTERS),
      cores: navigator.hardwareConcurrency,
      memoryGb: memoryOf(navigator),
    },
    now: Date.now,
    checkpoints: createKeptCheckpoints(browserFolders(), estimate, locks),
    connect,
    openSweeps: () =>
      network.untilThere("Sweeps", async () =>
        (await import("../sweeps/openSweeps.ts")).openSweeps(playground.machine, page, connect),
      ),
    async forgetExperiment() {
      await forgetExperiment(experimentPlace);
      playground.actions.setView({ foundExperiment: null });
    },
    async forgetFiles() {
      if (!(await hasKeptDatabase())) return;
      await forgetFiles().catch(() => {});
      for (const kind of OWN_DATA_SETS)
        playground.actions.setKeptFiles(kind, { isKept: false, problem: null });
    },
  });
  listenForForgotten(runs.forgetRecordings);
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
