/**
 * Checkpoints as the page sees them: finds the run that a reload or a crash interrupted, asks for a checkpoint when the page is
 * hidden, and removes those of a run that a person has ended. It loads with the first run or with stored checkpoints.
 */
import { namesIn, runsFolder, unfinishedRuns } from "../../checkpoint/opfsFolders.ts";
import { runsHeld } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";

/** A worker that was ended holds its files a little longer. */
const REMOVE_AFTER_MS = [0, 200, 1000, 3000];

/** Puts the newest run that can go on, and that no tab trains, into the view. */
export async function offerRun({ store, actions }: Playground, page: Window): Promise<void> {
  const held = await runsHeld(page.navigator.locks);
  const runs = await unfinishedRuns(await runsFolder());
  const found = runs.find(({ runId }) => !held.has(runId)) ?? null;
  if (store.getState().run.runId === null) actions.setView({ found });
}

/** Puts a run that failed into the view, if it has a checkpoint. */
async function offerFailed({ store, actions }: Playground, runId: string): Promise<void> {
  const runs = await unfinishedRuns(await runsFolder());
  const found = runs.find((run) => run.runId === runId) ?? null;
  const { run } = store.getState();
  if (run.runId === runId && run.outcome === "failed") actions.setView({ found });
}

/** Removes the checkpoints of a run. Does nothing where there are none. */
export async function discardRun(runId: string): Promise<void> {
  for (const wait of REMOVE_AFTER_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      await (await runsFolder()).removeEntry(runId, { recursive: true });
      return;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NoModificationAllowedError") return;
    }
  }
}

/** Removes all checkpoints, for machines that others use too. */
export async function discardEveryRun(): Promise<void> {
  const runs = await runsFolder().catch(() => undefined);
  if (runs === undefined) return;
  for (const runId of await namesIn(runs)) await discardRun(runId);
}

/** A hidden or frozen page may be ended without another event. */
export function keepOnPage(playground: Playground, page: Window): void {
  const { store, actions } = playground;
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.hidden) actions.keepRun();
  });
  page.document.addEventListener("freeze", () => actions.keepRun());
  store.subscribe(({ run }, { run: before }) => {
    if (run.runId !== null && run.outcome === "failed" && before.outcome !== "failed")
      void offerFailed(playground, run.runId).catch(() => {});
    const isOver = before.runId !== null && before.runId !== run.runId;
    if (isOver && before.outcome !== "finished") void discardRun(before.runId);
  });
}
