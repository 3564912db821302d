/**
 * The place of the experiment that goes on, in the browser's database. What is written there stays when the browser is killed, while
 * `localStorage` reaches the disk only seconds later.
 */
import { type DBSchema, openDB } from "idb";
import type { KeptPlace } from "./keptExperiment.ts";

/** Raise it when the stores change; the browser refuses a database of a higher version. */
const DATABASE_VERSION = 1;
const NAME = "xception-playground-experiment";
const STORE = "running";
/** There is one place, because one experiment runs at a time. */
const KEY = "experiment";

interface Schema extends DBSchema {
  [STORE]: { key: string; value: unknown };
}

/** Every function rejects where the browser gives no database. */
export function openExperimentPlace(): KeptPlace {
  let opening: ReturnType<typeof openDatabase> | undefined;
  const database = () => {
    opening ??= openDatabase(() => {
      opening = undefined;
    });
    return opening;
  };
  return {
    get: async () => (await database()).get(STORE, KEY),
    put: async (kept) => void (await (await database()).put(STORE, kept, KEY)),
    remove: async () => (await database()).delete(STORE, KEY),
  };
}

/** @param onClosed called when the browser has closed the database, as when a person clears the site's data */
function openDatabase(onClosed: () => void) {
  return openDB<Schema>(NAME, DATABASE_VERSION, {
    upgrade: (created) => void created.createObjectStore(STORE),
    // A newer version of the page in another tab waits for this.
    blocking: (_current, _blocked, { target }) => {
      onClosed();
      if (target instanceof IDBDatabase) target.close();
    },
    terminated: onClosed,
  });
}
