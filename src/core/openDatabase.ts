/** Opens databases of the browser in a way that lets a newer version of the page in another tab change them. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type DatabaseName, versionOf } from "./databases.ts";

/**
 * @param create adds the stores that are missing
 * @param onClosed called when the connection was closed: for a newer version, or as a person clears the site's data
 * @throws DOMException when there is no database: denied, in some private windows, or of a higher version (`VersionError`)
 */
export function openDatabase<Schema extends DBSchema>(
  name: DatabaseName,
  create: (created: IDBPDatabase<Schema>) => void,
  onClosed: () => void,
): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, versionOf(name), {
    upgrade: create,
    // The newer version waits for this.
    blocking(_current, _next, { target }) {
      if (target instanceof IDBDatabase) target.close();
      onClosed();
    },
    terminated: onClosed,
  });
}

/** Returns a function that opens the database once, and again after it was closed or could not be opened. */
export function databaseOpener<Schema extends DBSchema>(
  name: DatabaseName,
  create: (created: IDBPDatabase<Schema>) => void,
): () => Promise<IDBPDatabase<Schema>> {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  const forget = () => {
    opened = undefined;
  };
  return () => {
    opened ??= openDatabase(name, create, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  };
}
