/**
 * Recorded runs: it records what trains, lists what is kept, and holds what is chosen for comparison. It loads with the first
 * run or with the Runs tab and lasts for the visit.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Forgotten } from "../../checkpoint/forgetting.ts";
import type { RunClient } from "../../client/runClient.ts";
import { reasonOf, serializeError } from "../../core/errors.ts";
import { folderOf } from "../../core/folderOf.ts";
import { type Once, once } from "../../core/once.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { EVERY_RUN, type RunQuery } from "../../runs/findRuns.ts";
import type { RunUsage } from "../../runs/runBudget.ts";
import { type RunBody, type RunHead, type RunRecord, titleOf } from "../../runs/runRecord.ts";
import type { Race } from "../race/store.ts";
import type { Playground } from "../store.ts";
import type { Sweeps } from "../sweeps/store.ts";
import { createCheckpointStoring } from "./filedCheckpoints.ts";
import { importRuns } from "./importRuns.ts";
import type { CheckpointsInUse, KeptCheckpoints } from "./keptCheckpoints.ts";
import { createKeptRuns, type StorageFacts } from "./keptRuns.ts";
import { watchRaces, watchRun, watchSweeps } from "./observedRuns.ts";
import { createRecorder, type ObservedRun, type RunRecorder } from "./recordOf.ts";
import { createReopenedRun, type ReopenedRun } from "./reopenedRun.ts";
import type { RunDatabase } from "./runDatabase.ts";
import { holdRun, runsHeld } from "./runLocks.ts";

/** The number of runs that can be compared at once. */
export const MOST_CHOSEN = 12;

export interface RunsState {
  /** `null` until they have been read. */
  readonly heads: readonly RunHead[] | null;
  /** The bodies of the chosen runs that have been read. */
  readonly bodies: ReadonlyMap<string, RunBody>;
  readonly chosen: readonly string[];
  readonly query: RunQuery;
  /** Runs that were deleted last and can be restored. */
  readonly deleted: readonly string[];
  readonly usage: RunUsage | null;
  /** The room that checkpoints take, apart from the records; `null` until it has been measured. */
  readonly checkpoints: CheckpointsInUse | "unavailable" | null;
  /** Stored records of a newer version, or damaged ones. They stay. */
  readonly numUnreadable: number;
  /** What is not kept, and what can be done; `null` when everything is kept. */
  readonly problem: string | null;
  /** What came of the newest import. */
  readonly imported: { readonly words: string; readonly isProblem: boolean } | null;
  /** Whether the browser has promised not to clear this page's storage by itself; `null` when it was not asked. */
  readonly isPersistent: boolean | null;
}

export interface RunsActions {
  /** Reads the list again, because other tabs record too. Calls during a read share it. */
  refresh(): Promise<void>;
  find(change: Partial<RunQuery>): void;
  choose(ids: readonly string[]): void;
  /** Adds a run to the chosen ones, or takes it out. */
  toggle(id: string): void;
  /** Changes what a person may change. */
  annotate(
    id: string,
    change: Partial<Pick<RunHead, "ownName" | "notes" | "tags" | "pinned">>,
  ): Promise<void>;
  /** Deletes runs. Until the next deletion they can be restored. */
  remove(ids: readonly string[]): Promise<void>;
  undoRemove(): Promise<void>;
  /**
   * Deletes everything at once, for machines that others use too. A run that goes on is no longer recorded and keeps no more
   * checkpoints.
   */
  forgetEverything(): Promise<void>;
  /** Takes the settings of a run and shows them. */
  restore(id: string): void;
  /**
   * Takes the settings of a run and its weights, from which the next run starts.
   * @throws PlaygroundError `run.invalid-record` when its record cannot be read
   */
  continueFrom(id: string): Promise<void>;
  /** Returns whole records, for comparison and for files. @throws PlaygroundError `run.invalid-record` */
  records(ids: readonly string[]): Promise<readonly RunRecord[]>;
  /** Adds the runs of files that the page exported, and of checkpoints that the terminal wrote. `imported` says what came of it. */
  importFiles(files: readonly File[]): Promise<void>;
}

export interface Runs {
  readonly store: StoreApi<RunsState>;
  readonly actions: RunsActions;
  /** The run whose weights were opened to look at them. */
  readonly reopened: ReopenedRun;
  /** Records the races and experiments of the Race tab too. */
  watchRaces(race: Pick<Race, "store">): void;
  /** Loads the sweeps, and records their runs too. */
  readonly loadSweeps: Once<Sweeps>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  /** Records these runs no longer, because a person deleted them in another tab. */
  forgetRecordings(runs: Forgotten): void;
}

export interface RunsHost {
  readonly open: (onClosed: () => void) => Promise<RunDatabase>;
  readonly storage: StorageFacts;
  readonly locks: LockManager | undefined;
  readonly machine: RunHead["machine"];
  readonly now: () => number;
  readonly checkpoints: KeptCheckpoints;
  /** Removes a person's own files that are kept. */
  /** Removes the experiment that goes on after a reload, and its offer. */
  readonly forgetExperiment: () => Promise<void>;
  readonly forgetFiles: () => Promise<void>;
  /** Connects a client to workers of its own. */
  readonly connect: (onEvent: (event: WorkerEvent) => void) => RunClient;
  readonly openSweeps: () => Promise<Sweeps>;
}

/** A record is written at most this often, and never for more than a fiftieth of the time. */
const WRITE_INTERVAL_MS = 5_000;
const WRITE_SHARE = 1 / 50;
/** A run that was deleted in an earlier visit cannot be restored. Another open tab may still restore one for this time. */
const UNDO_MS = 600_000;

interface Recording {
  readonly recorder: RunRecorder;
  readonly release: () => void;
  isDirty: boolean;
  isOver: boolean;
}

export function createRuns(
  playground: Pick<Playground, "store" | "actions" | "machine">,
  host: RunsHost,
): Runs {
  const store = createStore<RunsState>(() => ({
    heads: null,
    bodies: new Map(),
    chosen: [],
    query: EVERY_RUN,
    deleted: [],
    usage: null,
    checkpoints: null,
    numUnreadable: 0,
    problem: null,
    imported: null,
    isPersistent: null,
  }));
  const { getState: get, setState: set } = store;
  const kept = createKeptRuns(host.open, host.storage, tell);
  const storeCheckpoint = createCheckpointStoring(host.connect);
  const recordings = new Map<string, Recording>();
  /** The states, oldest first, of runs whose earlier record is being read. */
  const beginning = new Map<string, ObservedRun[]>();
  /** Runs that were forgotten while they went on. */
  const forgotten = new Set<string>();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let reading: Promise<void> | undefined;
  let refreshing: Promise<void> | undefined;
  let notBefore = 0;
  let sweeps: Promise<Sweeps> | undefined;

  function tell(problem: string | null): void {
    set({ problem });
    playground.actions.setView({ notKept: problem });
  }

  function headOf(id: string): RunHead | undefined {
    return get().heads?.find((head) => head.id === id);
  }

  function changeHeads(change: (head: RunHead) => RunHead): void {
    set({ heads: get().heads?.map(change) ?? null });
  }

  function observe(observed: ObservedRun): void {
    const { runId, progress, outcome, settings } = observed.run;
    const hasBegun = progress !== null || outcome === "failed";
    if (runId === null || settings === null || !hasBegun || forgotten.has(runId)) return;
    const recording = recordings.get(runId);
    if (recording === undefined) {
      const states = beginning.get(runId);
      states?.push(observed);
      if (states === undefined) void begin(runId, observed);
      return;
    }
    recording.recorder.observe(observed);
    recording.isDirty = true;
    const isOver = outcome !== null || observed.wasReset;
    // A test of a finished run reports its progress many times, and its result can wait.
    writeSoon(isOver && !recording.isOver);
    recording.isOver = isOver;
  }

  async function begin(id: string, first: ObservedRun): Promise<void> {
    const states = [first];
    beginning.set(id, states);
    const before = await listed()
      .then(async () => {
        const head = headOf(id);
        const body = head === undefined ? undefined : await kept.body(id);
        return head === undefined || body === undefined ? undefined : { head, body };
      })
      .catch(() => undefined);
    // It may have been forgotten meanwhile.
    if (!beginning.delete(id)) return;
    for (const [other, { isOver, isDirty }] of recordings)
      if (isOver && !isDirty) recordings.delete(other);
    const recorder = createRecorder(first, host.machine, host.now(), before);
    const release = holdRun(host.locks, id);
    recordings.set(id, { recorder, release, isDirty: true, isOver: false });
    for (const state of states) observe(state);
  }

  function writeSoon(atOnce: boolean): void {
    if (atOnce) clearTimeout(waiting);
    else if (waiting !== undefined) return;
    waiting = setTimeout(() => void flush(), atOnce ? 0 : Math.max(0, notBefore - host.now()));
  }

  function flush(): Promise<void> {
    clearTimeout(waiting);
    waiting = undefined;
    writing = writing.then(writeAll).catch((error: unknown) => {
      tell(`The newest run is not kept: ${reasonOf(error)}. Training goes on.`);
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    const start = host.now();
    for (const [id, recording] of recordings) {
      if (!recording.isDirty) continue;
      recording.isDirty = false;
      await write(id, recording);
      if (recording.isOver) recording.release();
    }
    const end = host.now();
    notBefore = end + Math.max(WRITE_INTERVAL_MS, (end - start) / WRITE_SHARE);
  }

  async function write(id: string, { recorder }: Recording): Promise<void> {
    const { head: made, body } = recorder.record(host.now());
    const own = headOf(id);
    const head: RunHead =
      own === undefined
        ? made
        : {
            ...made,
            ownName: own.ownName,
            notes: own.notes,
            tags: own.tags,
            pinned: own.pinned,
            deletedAt: own.deletedAt,
          };
    const removed = await kept.put({ head, body }, get().heads ?? [], new Set(recordings.keys()));
    if (forgotten.has(id)) {
      await kept.remove([id]);
      return;
    }
    const others = (get().heads ?? []).filter(
      (other) => other.id !== id && !removed.includes(other.id),
    );
    const heads = [head, ...others];
    const { chosen, bodies } = get();
    set({
      heads,
      usage: await kept.usage(heads),
      chosen: chosen.filter((one) => !removed.includes(one)),
      ...(chosen.includes(id) && { bodies: new Map(bodies).set(id, body) }),
    });
    await forgetCheckpoints(removed, heads);
  }

  /** Reads the list once, before anything is written. */
  function listed(): Promise<void> {
    reading ??= readList();
    return reading;
  }

  async function readAgain(): Promise<void> {
    await flush();
    reading = readList();
    await reading;
  }

  async function readList(): Promise<void> {
    const [{ heads: stored, numUnreadable }, held, isPersistent] = await Promise.all([
      kept.read(),
      runsHeld(host.locks),
      get().isPersistent ?? kept.isPersistent(),
    ]);
    const heads = stored
      .filter(({ id }) => !forgotten.has(id))
      .map((head) =>
        head.outcome === "running" && !held.has(head.id) && !recordings.has(head.id)
          ? { ...head, outcome: "stopped" as const }
          : head,
      );
    set({ heads, numUnreadable, isPersistent: get().isPersistent ?? isPersistent });
    await readBodies();
    await purge(({ deletedAt }) => host.now() - (deletedAt ?? 0) > UNDO_MS);
    set(await measured(get().heads ?? []));
  }

  async function measured(
    heads: readonly RunHead[],
  ): Promise<Pick<RunsState, "usage" | "checkpoints">> {
    const checkpoints = await host.checkpoints.usage().catch(() => "unavailable" as const);
    return { usage: await kept.usage(heads), checkpoints };
  }

  async function readBodies(): Promise<void> {
    const bodies = new Map<string, RunBody>();
    for (const id of get().chosen) {
      const body = get().bodies.get(id) ?? (await kept.body(id).catch(() => undefined));
      if (body !== undefined) bodies.set(id, body);
    }
    set({ bodies });
  }

  /** Removes what was deleted before, which can then no longer be restored. */
  async function purge(which: (head: RunHead) => boolean = () => true): Promise<void> {
    const gone = (get().heads ?? []).filter((head) => head.deletedAt !== null && which(head));
    if (gone.length === 0) return;
    const ids = gone.map(({ id }) => id);
    for (const id of ids) forget(id);
    const heads = (get().heads ?? []).filter(({ id }) => !ids.includes(id));
    set({ heads, deleted: get().deleted.filter((id) => !ids.includes(id)) });
    // The checkpoints go first. If the page ends between the two, the next visit begins here again.
    await forgetCheckpoints(ids, heads);
    await kept.remove(ids);
  }

  /** Removes the checkpoints of runs that are gone. Those of a race stay while one of its lanes is left. */
  async function forgetCheckpoints(gone: readonly string[], left: readonly RunHead[]) {
    const used = new Set(left.map(({ id }) => folderOf(id)));
    const folders = [...new Set(gone.map(folderOf))].filter((folder) => !used.has(folder));
    if (folders.length === 0) return;
    const { found } = playground.store.getState().view;
    if (found !== null && folders.includes(found.runId))
      playground.actions.setView({ found: null });
    await host.checkpoints.forget(folders);
  }

  function forget(id: string): void {
    const recording = recordings.get(id);
    if (recording === undefined && !beginning.has(id)) return;
    forgotten.add(id);
    recording?.release();
    recordings.delete(id);
    beginning.delete(id);
  }

  function forgetRecordings(runs: Forgotten): void {
    for (const id of [...recordings.keys(), ...beginning.keys()])
      if (runs === "all" || runs.includes(folderOf(id))) forget(id);
  }

  const actions: RunsActions = {
    refresh() {
      refreshing ??= readAgain().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
    find: (change) => set({ query: { ...get().query, ...change } }),
    choose(ids) {
      set({ chosen: ids.slice(0, MOST_CHOSEN) });
      void readBodies();
    },
    toggle(id) {
      const { chosen } = get();
      const others = chosen.filter((one) => one !== id);
      actions.choose(others.length < chosen.length ? others : [...chosen, id]);
    },
    async annotate(id, change) {
      changeHeads((head) => (head.id === id ? { ...head, ...change } : head));
      await kept.change(id, change);
      if (change.pinned === undefined) return;
      const folder = folderOf(id);
      const isPinned = get().heads?.some((head) => head.pinned && folderOf(head.id) === folder);
      await host.checkpoints.pin(folder, isPinned ?? false);
      if (change.pinned && get().isPersistent !== true) set({ isPersistent: await kept.persist() });
      set(await measured(get().heads ?? []));
    },
    async remove(ids) {
      await purge();
      const deletedAt = host.now();
      changeHeads((head) => (ids.includes(head.id) ? { ...head, deletedAt } : head));
      set({ deleted: ids, chosen: get().chosen.filter((id) => !ids.includes(id)) });
      for (const id of ids) await kept.change(id, { deletedAt });
    },
    async undoRemove() {
      const ids = get().deleted;
      changeHeads((head) => (ids.includes(head.id) ? { ...head, deletedAt: null } : head));
      set({ deleted: [] });
      for (const id of ids) await kept.change(id, { deletedAt: null });
    },
    async forgetEverything() {
      forgetRecordings("all");
      await (await sweeps)?.actions.forgetEverything();
      await writing;
      await kept.clear();
      await host.checkpoints.forget("all");
      await host.forgetExperiment();
      await host.forgetFiles();
      playground.actions.setView({ found: null });
      set({ heads: [], bodies: new Map(), chosen: [], deleted: [], numUnreadable: 0 });
      set(await measured([]));
    },
    restore(id) {
      const head = headOf(id);
      if (head !== undefined) playground.actions.restoreSettings(head.recipeId, head.settings);
    },
    async continueFrom(id) {
      const [head, body] = [headOf(id), await kept.body(id)];
      if (head === undefined || body === undefined) return;
      const { recipeId, settings } = head;
      const numClasses = body.classes.length;
      const run = { from: { runId: id }, title: titleOf(head), settings, numClasses };
      playground.actions.continueFrom(recipeId, run);
    },
    async records(ids) {
      await flush();
      const records: RunRecord[] = [];
      for (const id of ids) {
        const [head, body] = [headOf(id), await kept.body(id)];
        if (head !== undefined && body !== undefined) records.push({ head, body });
      }
      return records;
    },
    async importFiles(files) {
      const from = files.length === 1 ? (files[0]?.name ?? "") : `${files.length} files`;
      set({ imported: { words: `Reading ${from} ...`, isProblem: false } });
      try {
        await listed();
        const words = await importRuns(files, from, {
          isKnown: (id) => headOf(id)?.deletedAt === null,
          add,
          storeCheckpoint,
          discard: (folders) => host.checkpoints.forget(folders),
        });
        set({ ...(await measured(get().heads ?? [])), imported: { words, isProblem: false } });
      } catch (error) {
        const { message } = serializeError(error);
        set({
          imported: { words: `Nothing was imported from ${from}. ${message}`, isProblem: true },
        });
      }
    },
  };

  async function add({ head, body }: RunRecord): Promise<void> {
    const own = { ...head, deletedAt: null };
    const record = { head: own, body };
    const removed = await kept.put(record, get().heads ?? [], new Set(recordings.keys()));
    const others = (get().heads ?? []).filter(({ id }) => id !== head.id && !removed.includes(id));
    set({ heads: [own, ...others] });
    if (head.pinned) await host.checkpoints.pin(folderOf(head.id), true);
  }

  async function openSweeps(): Promise<Sweeps> {
    const opened = await host.openSweeps();
    watchSweeps(opened.store, observe);
    return opened;
  }

  watchRun(playground.store, observe);
  return {
    store,
    actions,
    reopened: createReopenedRun(playground, host.connect),
    watchRaces: (race) =>
      watchRaces(race.store, () => playground.store.getState().settings.recipeId, observe),
    loadSweeps: once(() => {
      sweeps = openSweeps();
      return sweeps;
    }),
    flush,
    forgetRecordings,
  };
}
