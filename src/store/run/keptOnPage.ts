/**
 * Checkpoints as the page sees them: finds the run that a reload or a crash interrupted, asks for a checkpoint when the page is
 * hidden, and removes those of a run that a person has ended. It loads with the first run or with stored checkpoints.
 */
import { browserFolders } from "../../checkpoint/joinedFolders.ts";
import { hasKeptDatabase } from "../../checkpoint/keptDatabase.ts";
import { runsToClear, usageOf } from "../../checkpoint/room.ts";
import { type StoredRun, storedRuns, unfinishedRuns } from "../../checkpoint/runFolders.ts";
import { lockedRuns } from "../../checkpoint/runLocks.ts";
import { hasNewerDatabase } from "../../core/databases.ts";
import { restoreFiles } from "../data/keptFiles.ts";
import { experimentPlace } from "../race/experimentPlace.ts";
import {
  experimentTitle,
  type FoundExperiment,
  forgetExperiment,
  type KeptExperiment,
  keptExperiment,
} from "../race/keptExperiment.ts";
import { EXPERIMENT, runsHeld } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";
import { storedSweeps } from "../sweeps/storedSweeps.ts";
import { watchOtherTabs } from "./elsewhere.ts";
import { goesNextText } from "./foundRun.ts";
import { newerStoreText } from "./newerStore.ts";
import type { RunState } from "./runState.ts";

const folders = browserFolders();

/** Takes what an earlier visit left: a person's own files that are kept, and a run that can go on. */
export async function takeUp(playground: Playground, page: Window): Promise<void> {
  // A missing database has no files.
  if (await hasKeptDatabase()) await restoreFiles(playground.actions).catch(() => {});
  await offerRun(playground, page);
}

/**
 * Puts the newest run that can go on, and that no tab trains, into the view, and the newest sweep of that kind. The runs of a
 * sweep go on with it.
 */
async function offerRun(playground: Playground, page: Window): Promise<void> {
  const { store, actions } = playground;
  watchOtherTabs(playground, page);
  const [held, stored, kept, { sweeps, countsOf, nextRun, recordIds }] = await Promise.all([
    runsHeld(page.navigator.locks),
    storedRuns(folders),
    keptExperiment(experimentPlace),
    storedSweeps(),
  ]);
  const inSweeps = new Set(sweeps.flatMap(recordIds));
  const free = unfinishedRuns(stored).filter(
    ({ lanes }) => !lanes.some((lane) => held.has(lane.runId)),
  );
  const found = free.find(({ runId }) => !inSweeps.has(runId) && runId !== kept?.raceId) ?? null;
  const sweep = sweeps.find((one) => nextRun(one) !== undefined && !held.has(one.id));
  const foundSweep = sweep ? { name: sweep.sweep.name, ...countsOf(sweep) } : null;
  if (store.getState().run.runId === null) actions.setView({ found, foundSweep });
  actions.setView({ newerStore: newerStoreText(stored, await hasNewerDatabase()) });
  if (kept !== null && !held.has(EXPERIMENT)) showExperiment({ actions }, kept, stored);
}

function showExperiment(
  { actions }: Pick<Playground, "actions">,
  kept: KeptExperiment,
  stored: readonly StoredRun[],
): void {
  const checkpoint = stored.find(({ runId }) => runId === kept.raceId)?.summary ?? null;
  actions.setView({ foundExperiment: { kept, title: experimentTitle(kept), checkpoint } });
}

/** Puts the experiment of this tab into the view, after its worker has ended or no race could be had. */
export async function offerExperiment(playground: Playground): Promise<void> {
  const [kept, stored] = await Promise.all([keptExperiment(experimentPlace), storedRuns(folders)]);
  if (kept !== null) showExperiment(playground, kept, stored);
}

/**
 * Puts a run or a race that failed into the view, if it has a checkpoint.
 * @param now returns the newest state, because a person may have started another one meanwhile
 */
export async function offerFailed(
  { actions }: Playground,
  { runId }: RunState,
  now: () => RunState,
): Promise<void> {
  const runs = unfinishedRuns(await storedRuns(folders));
  const found = runs.find((run) => run.runId === runId) ?? null;
  const run = now();
  if (run.runId === runId && run.outcome === "failed") actions.setView({ found });
}

/** Says whose checkpoints are removed when the run keeps its next one, of as many bytes as the newest. */
async function warnOfRemoval({ actions }: Playground, bytes: number, page: Window): Promise<void> {
  const { storage, locks } = page.navigator;
  const [stored, estimate, inUse] = await Promise.all([
    storedRuns(folders),
    storage.estimate(),
    lockedRuns(locks),
  ]);
  const usage = usageOf(stored, estimate);
  const next = runsToClear(stored, usage, bytes, inUse);
  actions.setView({ goesNext: goesNextText(next, usage.limitBytes, Date.now()) });
}

/** Removes the checkpoints of a run. Does nothing where there are none. */
export async function discardRun(runId: string): Promise<void> {
  await folders.discard(runId);
}

/** A hidden or frozen page may be ended without another event. */
export function keepWhenHidden(page: Window, keep: () => void): void {
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.hidden) keep();
  });
  page.document.addEventListener("freeze", keep);
}

export function keepOnPage(playground: Playground, page: Window): void {
  const { store, actions } = playground;
  watchOtherTabs(playground, page);
  keepWhenHidden(page, actions.keepRun);
  store.subscribe(({ run }, { run: before }) => {
    followKept(playground, page, run, before);
    if (run.outcome === "failed" && before.outcome !== "failed")
      void offerFailed(playground, run, () => store.getState().run).catch(() => {});
  });
}

/** Removes an experiment that was found, with the checkpoints of its race. */
export function discardExperiment({ kept }: FoundExperiment): void {
  void forgetExperiment(experimentPlace);
  void discardRun(kept.raceId);
}

/** Warns when a checkpoint was written after which the next one removes those of another run. */
export function warnWhenKept(
  playground: Playground,
  page: Window,
  run: RunState,
  before: RunState,
): void {
  if (run.kept !== null && run.kept !== before.kept)
    void warnOfRemoval(playground, run.kept.bytes, page).catch(() => {});
}

/** Warns when a checkpoint was written, and removes those of a run that a person has ended. */
export function followKept(
  playground: Playground,
  page: Window,
  run: RunState,
  before: RunState,
): void {
  if (run === before) return;
  warnWhenKept(playground, page, run, before);
  if (before.runId === null || before.runId === run.runId) return;
  playground.actions.setView({ goesNext: null });
  if (before.outcome === "failed" || before.outcome === null) void discardRun(before.runId);
}
