/**
 * The browser's database (IndexedDB). It holds a person's own files, and checkpoints in browsers without the origin private file
 * system: some private windows, and those without synchronous access handles.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { DataSetDescription } from "../core/dataSet.ts";
import type { OwnFile } from "../core/ownFile.ts";

const KEPT_DATABASE = "xception-playground-kept";
/** Raise it when the stores change. The browser refuses a database of a higher version. */
const VERSION = 2;

/** A file of a run. It is complete when its last piece has been stored. */
export interface DatabaseFile {
  /** While the file is being written, the room that it is expected to need. */
  readonly sizeBytes: number;
  /** The offsets of its pieces in ascending order; none while it is being written. */
  readonly offsets: readonly number[];
}

export interface KeptOwnFiles {
  readonly files: readonly OwnFile[];
  readonly description: DataSetDescription;
}

interface Schema extends DBSchema {
  /** Keyed by run and name. */
  files: { key: [string, string]; value: DatabaseFile };
  /** Keyed by run, name and offset in bytes. */
  pieces: { key: [string, string, number]; value: Uint8Array<ArrayBuffer> };
  /** A person's own files that are kept, keyed by the kind of data set. */
  ownFiles: { key: string; value: KeptOwnFiles };
  /** The ids of pinned runs. */
  pins: { key: string; value: true };
}

export type KeptDatabase = IDBPDatabase<Schema>;

let opened: Promise<KeptDatabase> | undefined;

/**
 * Opens the database once, and again after the browser has closed it.
 * @throws DOMException when there is no database: denied, or of a higher version (`VersionError`)
 */
export function openKeptDatabase(): Promise<KeptDatabase> {
  const forget = () => {
    opened = undefined;
  };
  opened ??= openDB<Schema>(KEPT_DATABASE, VERSION, {
    upgrade(created) {
      for (const store of ["files", "ownFiles", "pieces", "pins"] as const)
        if (!created.objectStoreNames.contains(store)) created.createObjectStore(store);
    },
    // A newer version of the page in another tab waits for this.
    blocking(_current, _next, { target }) {
      if (target instanceof IDBDatabase) target.close();
      forget();
    },
    terminated: forget,
  }).catch((error: unknown) => {
    forget();
    throw error;
  });
  return opened;
}

/** Tells whether there is such a database, without creating it. A browser that does not say counts as having one. */
export async function hasKeptDatabase(): Promise<boolean> {
  if (!("databases" in indexedDB)) return true;
  return (await indexedDB.databases()).some(({ name }) => name === KEPT_DATABASE);
}
