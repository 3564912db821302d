/**
 * The sweeps of the page: their queue, and the run that is under way. A sweep trains one run after another in its own worker, as
 * the party `sweep` of the machine, and is kept after each of them. It loads with the Runs tab and lasts for the visit.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunClient } from "../../client/runClient.ts";
import { reasonOf } from "../../core/errors.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { PlannedRun } from "../../settings/sweeps/planSweep.ts";
import type { Sweep } from "../../settings/sweeps/sweep.ts";
import { type EvaluationState, evaluationAfter, noEvaluation } from "../run/evaluationState.ts";
import {
  isActive,
  isHeld,
  type RunState,
  requested,
  runAfter,
  startedRun,
  usesMachine,
} from "../run/runState.ts";
import { holdRun, runsHeld } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";
import type { KeptSweeps } from "./keptSweeps.ts";
import { newSweep, nextRun, type SweepState, withoutFailures, withRun } from "./sweepState.ts";

/** The run of a sweep that is under way, paused, or ended last. */
export interface SweepingRun {
  readonly sweepId: string;
  readonly planned: PlannedRun;
  readonly run: RunState;
  readonly evaluation: EvaluationState;
}

export interface SweepsState {
  /** The newest first; `null` until they have been read. */
  readonly sweeps: readonly SweepState[] | null;
  /** Ids of the sweeps to train, in order. The first one is under way. */
  readonly queue: readonly string[];
  readonly current: SweepingRun | null;
  /** Ids of sweeps that another tab trains. */
  readonly elsewhere: readonly string[];
  /** Why sweeps are not kept, in a sentence; `null` when they are. */
  readonly problem: string | null;
}

export interface SweepsActions {
  /** Reads the sweeps that are kept, and which of them other tabs train. */
  refresh(): Promise<void>;
  /** Adds a sweep and queues it. */
  begin(sweep: Sweep): void;
  /**
   * Queues a sweep that was paused or interrupted. Its failed runs are tried again.
   * @param takesOver takes its run and the machine from a tab that does not answer
   */
  goOn(id: string, takesOver?: boolean): Promise<void>;
  /** Takes a sweep out of the queue. A run that is under way pauses after its step and keeps a checkpoint. */
  pause(id: string): void;
  /** Forgets a sweep. The records of its runs stay. */
  remove(id: string): Promise<void>;
  forgetEverything(): Promise<void>;
  receive(event: WorkerEvent): void;
}

export interface Sweeps {
  readonly store: StoreApi<SweepsState>;
  readonly actions: SweepsActions;
}

export interface SweepsHost {
  readonly kept: KeptSweeps;
  readonly locks: LockManager | undefined;
  readonly now: () => number;
  readonly createId: () => string;
  /** Returns the ids of the runs that have a checkpoint to go on from. */
  readonly resumable: () => Promise<ReadonlySet<string>>;
}

export function createSweeps(
  machine: Playground["machine"],
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
  host: SweepsHost,
): Sweeps {
  const store = createStore<SweepsState>(() => ({
    sweeps: null,
    queue: [],
    current: null,
    elsewhere: [],
    problem: null,
  }));
  const { getState: get, setState: set } = store;
  const client = connect((event) => actions.receive(event));
  /** Releases the lock of a queued sweep. */
  const held = new Map<string, () => void>();
  let resumable: ReadonlySet<string> = new Set();
  /** The sweep whose run is taken from a tab that does not answer. */
  let takenOver: string | null = null;
  /** Set between two runs, when the machine must not be taken for free. */
  let isBetweenRuns = false;

  const pauseAll = () => {
    for (const id of get().queue.toReversed()) actions.pause(id);
  };
  machine.join("sweep", {
    isUsing: () => isBetweenRuns || isComputing(get()),
    pause: pauseAll,
    cancel: pauseAll,
  });
  store.subscribe(machine.settle);

  const sweepWith = (id: string | undefined) => get().sweeps?.find((sweep) => sweep.id === id);

  function change(sweep: SweepState): void {
    set({ sweeps: (get().sweeps ?? []).map((one) => (one.id === sweep.id ? sweep : one)) });
    keep(sweep);
  }

  function keep(sweep: SweepState): void {
    host.kept.put(sweep).then(
      () => set({ problem: null }),
      (error: unknown) => set({ problem: unkeptText(error) }),
    );
  }

  function enqueue(id: string): void {
    if (!held.has(id)) held.set(id, holdRun(host.locks, id));
    set({ queue: [...get().queue.filter((other) => other !== id), id] });
    trainNext();
  }

  function dequeue(id: string): void {
    set({ queue: get().queue.filter((other) => other !== id) });
    releaseLocks();
  }

  /** The worker of a paused run has its checkpoints, so no other tab can go on with that sweep. */
  function releaseLocks(): void {
    const { current, queue } = get();
    const inWorker = current !== null && isActive(current.run) ? current.sweepId : undefined;
    for (const [id, release] of held) {
      if (queue.includes(id) || id === inWorker) continue;
      release();
      held.delete(id);
    }
  }

  /** Goes on with the run under way, or begins the next one of the first sweep that has one. */
  function trainNext(): void {
    const { current, queue } = get();
    const [first] = queue;
    if (first === undefined) {
      // The worker of the last run would keep the memory of its network.
      if (current !== null && !isActive(current.run)) client.reset();
      return;
    }
    if (current !== null && isActive(current.run) && current.sweepId === first) {
      if (isHeld(current.run)) machine.ask("sweep", resume);
      return;
    }
    if (isComputing(get())) return;
    const sweep = sweepWith(first);
    const planned = sweep && nextRun(sweep);
    if (planned === undefined) {
      dequeue(first);
      trainNext();
    } else machine.ask("sweep", () => start(first, planned), first === takenOver);
  }

  function resume(): void {
    const { current } = get();
    if (current === null || !isActive(current.run)) return;
    client.resume();
    set({ current: { ...current, run: requested(current.run, "resume") } });
  }

  /** @param isNew does not go on from a checkpoint */
  function start(sweepId: string, planned: PlannedRun, isNew = false): void {
    const sweep = sweepWith(sweepId);
    // The sweep may have been paused or removed while it waited for the machine.
    if (sweep === undefined || get().queue[0] !== sweepId) return;
    const before = sweep.runs[planned.id]?.runId;
    const { settings } = planned;
    const resumes = !isNew && before !== undefined && resumable.has(before);
    const runId = client.start(settings, {
      recipe: sweep.sweep.recipeId,
      takesOver: takenOver === sweepId,
      ...(before !== undefined && (resumes ? { resumes: before } : { again: before })),
    });
    takenOver = null;
    const run = { ...startedRun(runId, settings), recipeId: sweep.sweep.recipeId };
    set({ current: { sweepId, planned, run, evaluation: noEvaluation() } });
    releaseLocks();
    change(withRun(sweep, planned, { runId, outcome: null }));
  }

  const actions: SweepsActions = {
    async refresh() {
      const [stored, locked] = await Promise.all([
        host.kept.all().catch((error: unknown) => {
          set({ problem: unkeptText(error) });
          return get().sweeps ?? [];
        }),
        runsHeld(host.locks),
      ]);
      // What this tab trains is newer here than what is stored.
      const own = (get().sweeps ?? []).filter(({ id }) => held.has(id));
      const others = stored.filter(({ id }) => !held.has(id));
      set({
        sweeps: [...own, ...others].toSorted((one, other) => other.startedAt - one.startedAt),
        elsewhere: [...locked].filter((id) => !held.has(id)),
      });
    },
    begin(sweep) {
      const added = newSweep(host.createId(), host.now(), sweep);
      set({ sweeps: [added, ...(get().sweeps ?? [])] });
      keep(added);
      enqueue(added.id);
    },
    async goOn(id, takesOver = false) {
      if (!held.has(id)) [resumable] = await Promise.all([host.resumable(), actions.refresh()]);
      const sweep = sweepWith(id);
      if (sweep === undefined || (get().elsewhere.includes(id) && !takesOver)) return;
      takenOver = takesOver ? id : null;
      if (nextRun(sweep) === undefined) change(withoutFailures(sweep));
      enqueue(id);
    },
    pause(id) {
      const { current, queue } = get();
      const isFirst = queue[0] === id;
      dequeue(id);
      if (!isFirst) return;
      machine.withdraw("sweep");
      if (current !== null && isActive(current.run)) {
        client.pause();
        set({ current: { ...current, run: requested(current.run, "pause") } });
      }
    },
    async remove(id) {
      actions.pause(id);
      if (get().current?.sweepId === id) {
        client.reset();
        set({ current: null });
        releaseLocks();
      }
      set({ sweeps: get().sweeps?.filter((sweep) => sweep.id !== id) ?? null });
      await host.kept.remove(id).catch(() => {});
      trainNext();
    },
    async forgetEverything() {
      for (const { id } of get().sweeps ?? []) await actions.remove(id);
      await host.kept.clear().catch(() => {});
    },
    receive(event) {
      const { current } = get();
      if (current === null) return;
      const run = runAfter(current.run, event);
      if (run === current.run) return;
      if (run.outcome === "takenOver") {
        set({ current: null });
        pauseAll();
        return;
      }
      const evaluation = evaluationAfter(current.evaluation, event);
      const sweep = sweepWith(current.sweepId);
      const isOver = run.outcome !== null;
      const isUnusable = run.error?.code === "checkpoint.unusable";
      if (isOver && isUnusable && get().queue[0] === current.sweepId) {
        start(current.sweepId, current.planned, true);
        return;
      }
      isBetweenRuns = isOver;
      set({ current: { ...current, run, evaluation } });
      if (isOver && sweep !== undefined && run.runId !== null)
        change(withRun(sweep, current.planned, { runId: run.runId, outcome: run.outcome }));
      releaseLocks();
      if (isOver || (run.paused && !current.run.paused)) trainNext();
      if (!isBetweenRuns) return;
      isBetweenRuns = false;
      machine.settle();
    },
  };
  return { store, actions };
}

function isComputing({ current }: SweepsState): boolean {
  return current !== null && usesMachine(current.run);
}

function unkeptText(error: unknown): string {
  return `Sweeps are not kept after this visit: the browser gives this page no storage (${reasonOf(error)}). Training goes on.`;
}
