/** Connects sweeps with the browser: its database, its locks, their checkpoints, and the moment at which the page is hidden. */
import { browserFolders } from "../../checkpoint/joinedFolders.ts";
import { storedRuns, unfinishedRuns } from "../../checkpoint/runFolders.ts";
import type { RunClient } from "../../client/runClient.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { keepWhenHidden } from "../run/keptOnPage.ts";
import { isActive } from "../run/runState.ts";
import type { Playground } from "../store.ts";
import { keptSweeps } from "./keptSweeps.ts";
import { createSweeps, type Sweeps } from "./store.ts";

export function openSweeps(
  machine: Playground["machine"],
  page: Window,
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
): Sweeps {
  let client: RunClient | undefined;
  const sweeps = createSweeps(
    machine,
    (onEvent) => {
      client = connect(onEvent);
      return client;
    },
    {
      kept: keptSweeps,
      // It is missing on plain http, although its type says otherwise.
      locks: page.navigator.locks as LockManager | undefined,
      now: Date.now,
      createId: () => `sweep-${Date.now().toString(36)}`,
      // A browser without such storage has no checkpoints.
      resumable: async () =>
        new Set(
          unfinishedRuns(await storedRuns(browserFolders()).catch(() => [])).map(
            ({ runId }) => runId,
          ),
        ),
    },
  );
  keepWhenHidden(page, () => {
    const { current } = sweeps.store.getState();
    if (current !== null && isActive(current.run)) client?.keep();
  });
  return sweeps;
}
