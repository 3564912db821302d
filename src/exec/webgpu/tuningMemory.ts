/** Stores measured products: in memory for the process, or in the browser's database until the visitor clears it. */
import { type IDBPDatabase, openDB } from "idb";
import * as v from "valibot";
import type { MeasuredProduct, TuningMemory } from "./tuningWishes.ts";

const Size = v.pipe(v.number(), v.integer(), v.minValue(1));
const Measured = v.array(
  v.object({ name: v.string(), m: Size, n: Size, k: Size, variant: v.string() }),
);

const DATABASE = "xception-playground-tuning";
const STORE = "measured-products";
/** The maximum number of products kept for an adapter; the newest stay. */
const MOST_KEPT = 200;

export function processMemory(): TuningMemory {
  const kept = new Map<string, readonly MeasuredProduct[]>();
  return {
    read: async (adapter) => kept.get(adapter) ?? [],
    write: async (adapter, measured) => {
      kept.set(adapter, measured);
    },
  };
}

/** Without a database, as in some private windows, every run measures again. */
export function browserMemory(): TuningMemory {
  return {
    async read(adapter) {
      try {
        const database = await openDatabase();
        const parsed = v.safeParse(Measured, await database.get(STORE, adapter));
        database.close();
        return parsed.success ? parsed.output : [];
      } catch {
        return [];
      }
    },
    async write(adapter, measured) {
      try {
        const database = await openDatabase();
        await database.put(STORE, measured.slice(0, MOST_KEPT), adapter);
        database.close();
      } catch {
        // This is expected without a database. The choice still applies to this run.
      }
    },
  };
}

function openDatabase(): Promise<IDBPDatabase> {
  return openDB(DATABASE, 1, { upgrade: (created) => void created.createObjectStore(STORE) });
}
