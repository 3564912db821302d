/** Detects that a device was lost while it computes, and makes the error for it. */
import { PlaygroundError } from "../../core/errors.ts";
import {
  createLossGuard,
  type LossGuard,
  reasonOfLostDevice,
} from "../../exec/device/lostDevice.ts";
import type { ExecutorInfo, OpenEngine } from "../../exec/executor.ts";

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

/** Rejects calls to an executor when its device is lost, because the device's own promises may then never settle. */
export function guardExecutor({ deviceLost, info }: OpenEngine): LossGuard {
  return createLossGuard(deviceLost, (reason) => deviceLostError(info, reason));
}

/** @returns why the device was lost when that made a call fail; undefined when the call failed for another reason. */
export async function reasonOfLoss(
  { deviceLost }: Pick<OpenEngine, "deviceLost">,
  error: unknown,
): Promise<string | undefined> {
  const reason = await reasonOfLostDevice(deviceLost);
  if (reason !== undefined) return reason;
  const isLoss = error instanceof PlaygroundError && error.code === "engine.device-lost";
  return isLoss ? error.message.replace(/[.]$/, "") : undefined;
}
