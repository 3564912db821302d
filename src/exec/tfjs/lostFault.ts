/** What is told when the device under TensorFlow.js goes away. */
import { PlaygroundError } from "../../core/errors.ts";

/**
 * @param title the backend's, as people read it.
 * @param reason the device's own words.
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
