/** Detects that a device was lost while it computes, and makes the error for it. */
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

/** Guards one call to an executor. Only one call may run at a time. */
export type LossGuard = <T>(act: () => Promise<T>) => Promise<T>;

/**
 * Rejects a pending call when the device is lost, because the device's own promises may then never settle. There is only one
 * listener, whatever the number of calls.
 */
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

/** @returns why the device was lost when that made a call fail; undefined when the call failed for another reason. */
export async function reasonOfLoss(
  { deviceLost }: Pick<Executor, "deviceLost">,
  error: unknown,
): Promise<string | undefined> {
  const reason = await reasonOfLostDevice(deviceLost);
  if (reason !== undefined) return reason;
  const isLoss = error instanceof PlaygroundError && error.code === "engine.device-lost";
  return isLoss ? error.message.replace(/[.]$/, "") : undefined;
}
