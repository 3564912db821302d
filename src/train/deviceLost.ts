/** What is said where a device goes while it computes. */
import { PlaygroundError } from "../core/errors.ts";
import type { ExecutorInfo } from "../exec/executor.ts";

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
