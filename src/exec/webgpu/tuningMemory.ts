/** Stores measured products: in memory for the process, or in the browser's database until the visitor clears it. */
import type { DBSchema } from "idb";
import * as v from "valibot";
import { databaseOpener } from "../../core/openDatabase.ts";
import type { MeasuredProduct, TuningMemory } from "./tuningWishes.ts";

const Size = v.pipe(v.number(), v.integer(), v.minValue(1));
const Measured = v.array(
  v.object({ name: v.string(), m: Size, n: Size, k: Size, variant: v.string() }),
);

const STORE = "measured-products";

interface Schema extends DBSchema {
  /** Keyed by adapter. */
  [STORE]: { key: string; value: unknown };
}

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
  const database = databaseOpener<Schema>(
    "xception-playground-tuning",
    (created) => void created.createObjectStore(STORE),
  );
  return {
    async read(adapter) {
      try {
        const parsed = v.safeParse(Measured, await (await database()).get(STORE, adapter));
        return parsed.success ? parsed.output : [];
      } catch {
        return [];
      }
    },
    async write(adapter, measured) {
      try {
        await (await database()).put(STORE, measured.slice(0, MOST_KEPT), adapter);
      } catch {
        // This is expected without a database. The choice still applies to this run.
      }
    },
  };
}
