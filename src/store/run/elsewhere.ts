/**
 * What the other tabs of this page train, and taking it over from them. The worker of the other tab keeps a checkpoint and releases
 * its lock on the run; then this tab goes on. It loads with stored checkpoints or with the first run.
 */
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import { newestSummary } from "../../checkpoint/checkpointStore.ts";
import { browserFolders } from "../../checkpoint/joinedFolders.ts";
import { lockedRuns, untilUnlocked } from "../../checkpoint/runLocks.ts";
import { openTakeovers, type RunElsewhere } from "../../checkpoint/takeover.ts";
import { PAGE_ID } from "../../core/pageId.ts";
import { experimentPlace } from "../race/experimentPlace.ts";
import { EXPERIMENT, untilNotHeld } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";
import { type Elsewhere, type Interrupted, interruptedOf } from "./interrupted.ts";

let isWatching = false;

/** Puts what another tab trains into the view, now and whenever the page is looked at again. */
export function watchOtherTabs({ store, actions }: Playground, page: Window): void {
  // On plain http there are no locks, and then nothing can be taken over.
  const locks: LockManager | undefined = page.navigator.locks;
  if (isWatching || locks === undefined) return;
  isWatching = true;
  const { askWho } = openTakeovers({
    onHere: (run) => void offer(run),
    onKeeps: () => {},
    onRefused: () => {},
  });

  async function offer({ page: where, summary, stepMs }: RunElsewhere): Promise<void> {
    if (where === PAGE_ID) return;
    const what = await interruptedOf(summary, experimentPlace);
    const { elsewhere } = store.getState().view;
    if (elsewhere !== null && elsewhere.status !== "offered") return;
    const told = { status: "offered", reason: "", newest: null } as const;
    actions.setView({ elsewhere: { runId: summary.runId, what, stepMs, ...told } });
  }

  async function look(): Promise<void> {
    const locked = await lockedRuns(locks);
    const { elsewhere } = store.getState().view;
    if (elsewhere?.status === "offered" && !locked.has(elsewhere.runId))
      actions.setView({ elsewhere: null });
    if (locked.size > 0) askWho();
  }

  page.addEventListener("focus", () => void look());
  store.subscribe(({ machine }, before) => {
    if (machine.isElsewhere && !before.machine.isElsewhere) void look();
  });
  void look();
}

/** A worker that reads messages answers within this time. */
const ANSWER_MS = 5_000;
/** The steps that a worker may take before it reads its messages. */
const MOST_STEPS = 3;
/** The other page stores its record of the run in this time. */
const RECORD_MS = 3_000;

/**
 * Asks the other tab for its run. The view says how far that has come.
 * @param signal ends the asking
 * @returns what this tab now goes on with, or `null` when the other tab keeps it
 */
export async function takeOver(
  actions: Playground["actions"],
  elsewhere: Elsewhere,
  page: Pick<Window, "navigator">,
  signal: AbortSignal,
): Promise<Interrupted | null> {
  const { runId, stepMs } = elsewhere;
  const { locks } = page.navigator;
  const waiting = new AbortController();
  signal.addEventListener("abort", () => waiting.abort());
  const say = (change: Partial<Elsewhere>) => {
    if (!waiting.signal.aborted) actions.setView({ elsewhere: { ...elsewhere, ...change } });
  };
  const timer = setTimeout(
    async () => say({ status: "silent", newest: await newestOf(runId) }),
    Math.max(ANSWER_MS, MOST_STEPS * stepMs),
  );
  const tabs = openTakeovers({
    onHere: () => {},
    onKeeps(id) {
      if (id !== runId) return;
      clearTimeout(timer);
      say({ status: "saving" });
    },
    onRefused(id, reason) {
      if (id !== runId) return;
      say({ status: "refused", reason });
      waiting.abort();
    },
  });
  say({ status: "asked" });
  tabs.askFor(runId);
  try {
    await untilUnlocked(locks, runId, waiting.signal);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    tabs.close();
  }
  const checkpoint = await newestOf(runId);
  const what = checkpoint && (await interruptedOf(checkpoint, experimentPlace));
  if (what !== null) await untilNotHeld(locks, recordsOf(what), AbortSignal.timeout(RECORD_MS));
  actions.setView({ elsewhere: null });
  return what;
}

async function newestOf(runId: string): Promise<CheckpointSummary | null> {
  const summary = await newestSummary(browserFolders().folder(runId)).catch(() => null);
  return summary?.isFinished ? null : summary;
}

/** Returns the ids under which the other page holds what it records. */
function recordsOf(what: Interrupted): readonly string[] {
  const lanes = what.checkpoint?.lanes.map(({ runId }) => runId) ?? [];
  if (what.kind === "sweep") return [...lanes, what.id];
  return what.kind === "experiment" ? [...lanes, EXPERIMENT] : lanes;
}
