/** The error when the device under TensorFlow.js is lost. */
import { PlaygroundError } from "../../core/errors.ts";

/**
 * @param title the backend's name for people.
 * @param reason the device's own message.
 */
export function lostFault(title: string, reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: `TensorFlow.js on ${title}`,
    rule: "the device was lost",
    got: reason,
    remedy: "Train again, with a lower Batch size or Input size if it happens again.",
  });
}
