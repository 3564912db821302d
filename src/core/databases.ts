/** The page's databases in the browser (IndexedDB), and the versions that this program writes. */

/** Raise a version when the stores of the database change. The browser refuses to open one of a higher version. */
const VERSIONS = {
  "xception-playground-runs": 1,
  "xception-playground-kept": 2,
  "xception-playground-sweeps": 1,
  "xception-playground-experiment": 1,
  "xception-playground-tuning": 1,
} as const;

export type DatabaseName = keyof typeof VERSIONS;

export function versionOf(name: DatabaseName): number {
  return VERSIONS[name];
}

/** Tells whether there is such a database, without creating it. A browser that does not say counts as having one. */
export async function hasDatabase(name: DatabaseName): Promise<boolean> {
  if (!("databases" in indexedDB)) return true;
  return (await indexedDB.databases()).some((stored) => stored.name === name);
}

/** Tells whether a newer version of this program wrote one of them. A browser that does not say counts as having none. */
export async function hasNewerDatabase(
  factory: Pick<IDBFactory, "databases"> = indexedDB,
): Promise<boolean> {
  if (!("databases" in factory)) return false;
  const versions: ReadonlyMap<string | undefined, number> = new Map(Object.entries(VERSIONS));
  const stored = await factory.databases();
  return stored.some(({ name, version = 0 }) => version > (versions.get(name) ?? version));
}
