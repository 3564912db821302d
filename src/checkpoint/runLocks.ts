/** The browser's lock on the checkpoints of a run. The worker that writes them holds it until it ends. */

const PREFIX = "xception-playground.checkpoints.";

/**
 * Takes the lock until the worker or the page ends.
 * @returns false when another one holds it for all of this time
 */
export function lockRun(locks: LockManager, runId: string, patienceMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  return new Promise((resolve) => {
    const holdForEver = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    locks.request(`${PREFIX}${runId}`, { signal }, holdForEver).catch(() => resolve(false));
  });
}

/** Returns the ids of the runs that a worker of any tab writes. On plain http there are no locks. */
export async function lockedRuns(locks: LockManager | undefined): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query().catch(() => undefined)) ?? {};
  return new Set(
    held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}
