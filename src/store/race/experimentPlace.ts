/**
 * The place of the experiment that goes on, in the browser's database. What is written there stays when the browser is killed, while
 * `localStorage` reaches the disk only seconds later.
 */
import type { DBSchema } from "idb";
import { databaseOpener } from "../../core/openDatabase.ts";
import type { KeptPlace } from "./keptExperiment.ts";

const STORE = "running";
/** There is one place, because one experiment runs at a time. */
const KEY = "experiment";

interface Schema extends DBSchema {
  [STORE]: { key: string; value: unknown };
}

const database = databaseOpener<Schema>(
  "xception-playground-experiment",
  (created) => void created.createObjectStore(STORE),
);

/** Every function rejects where the browser gives no database. */
export const experimentPlace: KeptPlace = {
  get: async () => (await database()).get(STORE, KEY),
  put: async (kept) => void (await (await database()).put(STORE, kept, KEY)),
  remove: async () => (await database()).delete(STORE, KEY),
};
