/** The browser's lock on the checkpoints of a run. The worker that writes them holds it until it ends or lets the run go. */

const PREFIX = "xception-playground.checkpoints.";

export interface LockOptions {
  /** How long to wait for another holder. */
  readonly patienceMs: number;
  /** Takes the lock from its holder at once. The holder notices when its thread runs again. */
  readonly steals: boolean;
  /** Called when another tab takes the lock from this one. */
  readonly onStolen: () => void;
}

/** @returns a function that releases the lock, or `null` when another one holds it for all of this time */
export function lockRun(
  locks: LockManager,
  runId: string,
  { patienceMs, steals, onStolen }: LockOptions,
): Promise<(() => void) | null> {
  // The browser allows no signal for a lock that is taken at once.
  const how = steals ? { steal: true } : { signal: AbortSignal.timeout(patienceMs) };
  return new Promise((resolve) => {
    let isHeld = false;
    const hold = () => {
      isHeld = true;
      return new Promise<void>((release) => resolve(release));
    };
    locks.request(`${PREFIX}${runId}`, how, hold).catch(() => {
      if (isHeld) onStolen();
      else resolve(null);
    });
  });
}

/** Resolves when no worker writes the checkpoints of the run. Rejects when the signal aborts first. */
export async function untilUnlocked(
  locks: LockManager,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  await locks.request(`${PREFIX}${runId}`, { signal }, () => {});
}

/** Returns the ids of the runs that a worker of any tab writes. On plain http there are no locks. */
export async function lockedRuns(locks: LockManager | undefined): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query().catch(() => undefined)) ?? {};
  return new Set(
    held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}
