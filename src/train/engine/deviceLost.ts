/** How the loss of a device is noticed while it computes, and what is said of it. */
import { PlaygroundError } from "../../core/errors.ts";
import type { Executor, ExecutorInfo } from "../../exec/executor.ts";
import { reasonOfLostDevice } from "../../exec/reasonOfLostDevice.ts";

export function deviceLostError({ label, backend }: ExecutorInfo, reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: label,
    rule: "the device was lost while the run went on",
    got: reason,
    remedy: "Reset and Train again, or choose another engine; the curve up to here is kept.",
    context: { backend, setting: "engine" },
  });
}

/** Runs one call to an executor at a time. */
export type LossGuard = <T>(act: () => Promise<T>) => Promise<T>;

/** Ends a wait when the device is lost: its promises may never settle then. One listener, however many waits. */
export function createLossGuard({ deviceLost, info }: Executor): LossGuard {
  let lost: Error | undefined;
  let giveUp: (error: Error) => void = () => {};
  void deviceLost.then((reason) => {
    lost = deviceLostError(info, reason);
    giveUp(lost);
  });
  return (act) =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(lost);
      giveUp = reject;
      act().then(resolve, reject);
    });
}

/** @returns why the device was lost, where that is what made a call fail; undefined where it is something else. */
export async function reasonOfLoss(
  { deviceLost }: Pick<Executor, "deviceLost">,
  error: unknown,
): Promise<string | undefined> {
  const reason = await reasonOfLostDevice(deviceLost);
  if (reason !== undefined) return reason;
  const isLoss = error instanceof PlaygroundError && error.code === "engine.device-lost";
  return isLoss ? error.message.replace(/[.]$/, "") : undefined;
}
