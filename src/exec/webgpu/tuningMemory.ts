/** Stores measured products: in memory for the process, or in the browser's database until the visitor clears it. */
import { createStore, get, set } from "idb-keyval";
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
        const parsed = v.safeParse(Measured, await get(adapter, createStore(DATABASE, STORE)));
        return parsed.success ? parsed.output : [];
      } catch {
        return [];
      }
    },
    async write(adapter, measured) {
      try {
        await set(adapter, measured.slice(0, MOST_KEPT), createStore(DATABASE, STORE));
      } catch {
        // This is expected without a database. The choice still applies to this run.
      }
    },
  };
}
