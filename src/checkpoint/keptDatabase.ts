/**
 * The browser's database (IndexedDB). It holds a person's own files, and checkpoints in browsers without the origin private file
 * system: some private windows, and those without synchronous access handles.
 */
import type { DBSchema, IDBPDatabase } from "idb";
import { hasDatabase } from "../core/databases.ts";
import type { DataSetDescription } from "../core/dataSet.ts";
import { databaseOpener } from "../core/openDatabase.ts";
import type { OwnFile } from "../core/ownFile.ts";

const KEPT_DATABASE = "xception-playground-kept";

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

/**
 * Opens the database once, and again after the browser has closed it.
 * @throws DOMException when there is no database: denied, or of a higher version (`VersionError`)
 */
export const openKeptDatabase: () => Promise<KeptDatabase> = databaseOpener<Schema>(
  KEPT_DATABASE,
  (created) => {
    for (const store of ["files", "ownFiles", "pieces", "pins"] as const)
      if (!created.objectStoreNames.contains(store)) created.createObjectStore(store);
  },
);

/** Tells whether there is such a database, without creating it. A browser that does not say counts as having one. */
export const hasKeptDatabase = (): Promise<boolean> => hasDatabase(KEPT_DATABASE);
