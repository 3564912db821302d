/** Keeps sweeps in the browser's database, so that they go on after a reload. A damaged one is left there and not shown. */
import type { DBSchema } from "idb";
import * as v from "valibot";
import { databaseOpener } from "../../core/openDatabase.ts";
import { readSweep, sweepFile } from "../../settings/sweeps/readSweep.ts";
import { newSweep, type SweepState } from "./sweepState.ts";

const storedSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  startedAt: v.number(),
  /** The sweep as its file describes it, which is checked as such. */
  file: v.unknown(),
  runs: v.record(
    v.string(),
    v.object({
      runId: v.pipe(v.string(), v.minLength(1)),
      outcome: v.nullable(v.picklist(["finished", "failed"])),
    }),
  ),
});

export interface KeptSweeps {
  /** Returns the sweeps that can be read, the newest first. */
  all(): Promise<readonly SweepState[]>;
  put(sweep: SweepState): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

const STORE = "sweeps";

interface Schema extends DBSchema {
  [STORE]: { key: string; value: unknown };
}

const database = databaseOpener<Schema>(
  "xception-playground-sweeps",
  (created) => void created.createObjectStore(STORE, { keyPath: "id" }),
);

/** Every function rejects where the browser gives no database. */
export const keptSweeps: KeptSweeps = {
  async all() {
    const stored = await (await database()).getAll(STORE);
    return stored.flatMap(sweepOf).toSorted((one, other) => other.startedAt - one.startedAt);
  },
  async put({ id, startedAt, sweep, runs }) {
    await (await database()).put(STORE, { id, startedAt, file: sweepFile(sweep), runs });
  },
  remove: async (id) => (await database()).delete(STORE, id),
  clear: async () => (await database()).clear(STORE),
};

function sweepOf(stored: unknown): readonly SweepState[] {
  const { success, output } = v.safeParse(storedSchema, stored);
  if (!success) return [];
  const { id, startedAt, runs } = output;
  const { sweep } = readSweep(output.file);
  return sweep === null ? [] : [{ ...newSweep(id, startedAt, sweep), runs }];
}
