/**
 * Where recorded runs are kept: in the browser's database, or for this visit only when there is none. It says in a sentence
 * what is not kept and what can be done, makes room when it is full, and never throws for want of room.
 */
import { reasonOf } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { yieldToEvents } from "../../core/yieldToEvents.ts";
import { checkBody, checkHead } from "../../runs/checkRecord.ts";
import { type RunUsage, runsToRemove, usageOf } from "../../runs/runBudget.ts";
import type { RunBody, RunHead, RunRecord } from "../../runs/runRecord.ts";
import { createMemoryDatabase } from "./memoryDatabase.ts";
import type { RunDatabase } from "./runDatabase.ts";

/** Checks that take longer leave the thread free in between, so that the page stays responsive. */
const LONGEST_TASK_MS = 12;

/** The part of `navigator.storage` that is used, so that a test can replace it. */
export interface StorageFacts {
  estimate?(): Promise<{ readonly quota?: number | undefined }>;
  persist?(): Promise<boolean>;
  persisted?(): Promise<boolean>;
}

export interface KeptRuns {
  /** Reads all heads. Those that cannot be read are counted and stay. */
  read(): Promise<{ readonly heads: readonly RunHead[]; readonly numUnreadable: number }>;
  /** @throws PlaygroundError `run.invalid-record` for a damaged body; `undefined` when there is none. */
  body(id: string): Promise<RunBody | undefined>;
  /**
   * Writes a record, and removes the oldest runs without a pin when there is no room.
   * @param heads all runs that are kept
   * @returns the runs that were removed
   */
  put(
    record: RunRecord,
    heads: readonly RunHead[],
    recording: ReadonlySet<string>,
  ): Promise<readonly string[]>;
  /** Changes what a person may change of a head. The rest stays as another tab may have written it. */
  change(id: string, change: Partial<RunHead>): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  usage(heads: readonly RunHead[]): Promise<RunUsage>;
  /** Asks the browser not to clear this page's storage by itself. */
  persist(): Promise<boolean>;
  /** Whether it has promised that before; `null` when it was not asked, or does not say. */
  isPersistent(): Promise<true | null>;
}

/**
 * @param open opens the browser's database; it rejects when there is none
 * @param tell receives what is not kept, in a sentence; `null` when everything is kept again
 */
export function createKeptRuns(
  open: (onClosed: () => void) => Promise<RunDatabase>,
  storage: StorageFacts,
  tell: (problem: string | null) => void,
): KeptRuns {
  let opening: Promise<RunDatabase> | undefined;

  function database(): Promise<RunDatabase> {
    opening ??= open(() => {
      opening = undefined;
    }).catch((error: unknown) => {
      tell(unavailableText(error));
      return createMemoryDatabase();
    });
    return opening;
  }

  async function usage(heads: readonly RunHead[]): Promise<RunUsage> {
    const quota = await storage.estimate?.().then(
      (estimate) => estimate.quota ?? null,
      () => null,
    );
    return usageOf(heads, quota ?? null);
  }

  async function removeFor(
    bytes: number,
    heads: readonly RunHead[],
    recording: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const { limitBytes } = await usage(heads);
    const ids = runsToRemove(heads, limitBytes, bytes, recording).map(({ id }) => id);
    if (ids.length > 0) await (await database()).remove(ids);
    return ids;
  }

  return {
    async read() {
      const heads: RunHead[] = [];
      let numUnreadable = 0;
      let pause = performance.now() + LONGEST_TASK_MS;
      for (const stored of await (await database()).heads()) {
        if (performance.now() > pause) {
          await yieldToEvents();
          pause = performance.now() + LONGEST_TASK_MS;
        }
        try {
          heads.push(checkHead(stored, "A stored run"));
        } catch {
          numUnreadable += 1;
        }
      }
      return { heads, numUnreadable };
    },
    async body(id) {
      const stored = await (await database()).body(id);
      return stored === undefined ? undefined : checkBody(stored, "A stored run");
    },
    async put(record, heads, recording) {
      const { id, sizeBytes } = record.head;
      const others = heads.filter((head) => head.id !== id);
      const removed = await removeFor(sizeBytes, others, recording);
      const store = await database();
      try {
        await store.put(record);
        return removed;
      } catch (error) {
        if (!isFull(error)) throw error;
        // The browser gives less than it said. Half of what is there makes room, once.
        const rest = others.filter((head) => !removed.includes(head.id));
        const half = rest.reduce((sum, head) => sum + head.sizeBytes, 0) / 2;
        const ids = runsToRemove(rest, half, sizeBytes, recording).map((head) => head.id);
        try {
          await store.remove(ids);
          await store.put(record);
        } catch {
          tell(fullText(sizeBytes));
        }
        return [...removed, ...ids];
      }
    },
    change: async (id, change) => (await database()).change(id, change),
    remove: async (ids) => (await database()).remove(ids),
    async clear() {
      await (await database()).clear();
      tell(null);
    },
    usage,
    isPersistent: async () => ((await storage.persisted?.().catch(() => false)) ? true : null),
    persist: async () => (await storage.persist?.().catch(() => false)) ?? false,
  };
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

function unavailableText(error: unknown): string {
  if (error instanceof DOMException && error.name === "VersionError")
    return "Runs of this visit are not kept: a newer version of this page wrote the stored ones. Reload the page to get its newest version; until then, export what you want to keep.";
  return `Runs of this visit are not kept after it: the browser gives this page no storage (${reasonOf(error)}). Training goes on. Leave the private window or allow storage for this address, or export what you want to keep.`;
}

function fullText(bytes: number): string {
  return `The newest run is not kept: there is no room for its ${formatBytes(bytes)}. Training goes on. Delete runs in Runs, take pins off, or free space on the disk; until then, export what you want to keep.`;
}
