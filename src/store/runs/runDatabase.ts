/**
 * Keeps recorded runs in the browser's database, heads apart from bodies, so that a list of hundreds of runs reads no curves. It
 * checks nothing; `runs/checkRecord.ts` does.
 */
import type { DBSchema } from "idb";
import { openDatabase } from "../../core/openDatabase.ts";
import type { RunRecord } from "../../runs/runRecord.ts";

interface Schema extends DBSchema {
  heads: { key: string; value: unknown };
  bodies: { key: string; value: unknown };
}

export interface RunDatabase {
  /** Returns all heads as they are stored. */
  heads(): Promise<readonly unknown[]>;
  /** `undefined` when there is none. */
  body(id: string): Promise<unknown>;
  /** Writes both or neither. */
  put(record: RunRecord): Promise<void>;
  /** Changes fields of a stored head in one step. Without the head it does nothing. */
  change(id: string, change: Partial<RunRecord["head"]>): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

/**
 * @param onClosed as for `openDatabase`
 * @throws DOMException when there is no database: denied, in some private windows, or of a higher version
 */
export async function openRunDatabase(onClosed: () => void): Promise<RunDatabase> {
  const database = await openDatabase<Schema>(
    "xception-playground-runs",
    (created) => {
      created.createObjectStore("heads", { keyPath: "id" });
      created.createObjectStore("bodies", { keyPath: "id" });
    },
    onClosed,
  );
  return {
    heads: () => database.getAll("heads"),
    body: (id) => database.get("bodies", id),
    async put({ head, body }) {
      const change = database.transaction(["heads", "bodies"], "readwrite");
      await Promise.all([
        change.objectStore("heads").put(head),
        change.objectStore("bodies").put(body),
        change.done,
      ]);
    },
    async change(id, change) {
      const { store, done } = database.transaction("heads", "readwrite");
      const head = await store.get(id);
      if (typeof head === "object" && head !== null) await store.put({ ...head, ...change });
      await done;
    },
    async remove(ids) {
      const change = database.transaction(["heads", "bodies"], "readwrite");
      await Promise.all([
        ...ids.flatMap((id) => [
          change.objectStore("heads").delete(id),
          change.objectStore("bodies").delete(id),
        ]),
        change.done,
      ]);
    },
    async clear() {
      const change = database.transaction(["heads", "bodies"], "readwrite");
      await Promise.all([
        change.objectStore("heads").clear(),
        change.objectStore("bodies").clear(),
        change.done,
      ]);
    },
  };
}
