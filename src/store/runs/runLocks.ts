/**
 * Tells which runs are being recorded in any tab. A record of a run that no tab holds, and that has no end, is of a tab that was
 * closed. Without locks (plain http) no run counts as held.
 */

const PREFIX = "xception-playground.recording.";

/** The name under which a tab holds its experiment, which may be between two races. */
export const EXPERIMENT = "experiment";

/** Holds the run until the returned function is called or the tab closes. */
export function holdRun(locks: LockManager | undefined, id: string): () => void {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // It rejects when the page is being closed, which releases it too.
  locks?.request(`${PREFIX}${id}`, { mode: "shared" }, () => held).catch(() => {});
  return release;
}

/** Resolves when no tab holds any of these, or when the signal aborts. */
export async function untilNotHeld(
  locks: LockManager,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const free = (id: string) => locks.request(`${PREFIX}${id}`, { signal }, () => {});
  await Promise.allSettled(ids.map(free));
}

export async function runsHeld(locks: LockManager | undefined): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query().catch(() => undefined)) ?? {};
  return new Set(
    held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}
