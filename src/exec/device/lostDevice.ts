/**
 * Notices that a device is lost. A lost device may leave promises pending forever, and calls may fail before it reports its
 * loss.
 */

/** How long a device may take to report its loss after work on it has failed. */
const TOLD_WITHIN_MS = 100;

/** Returns the reason that the device gives, if it is lost or reports its loss within 100 ms; undefined otherwise. */
export async function reasonOfLostDevice(deviceLost: Promise<string>): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), TOLD_WITHIN_MS);
  });
  const reason = await Promise.race([deviceLost, silence]);
  clearTimeout(timer);
  return reason;
}

/** Runs `act` and rejects when the device is lost before it ends. */
export type LossGuard = <T>(act: () => Promise<T>) => Promise<T>;

/**
 * Adds only one listener to `deviceLost`, while `Promise.race` would add one in each call.
 *
 * @param toError turns the reason of a loss into an error.
 */
export function createLossGuard(
  deviceLost: Promise<string>,
  toError: (reason: string) => Error,
): LossGuard {
  let lost: Error | undefined;
  const pending = new Set<(error: Error) => void>();
  void deviceLost.then((reason) => {
    lost = toError(reason);
    for (const reject of pending) reject(lost);
  });
  return (act) =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(lost);
      pending.add(reject);
      act()
        .then(resolve, reject)
        .finally(() => pending.delete(reject));
    });
}
