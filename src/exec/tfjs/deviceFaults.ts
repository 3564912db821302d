/** The errors that TensorFlow.js reports for its device. */
import { PlaygroundError } from "../../core/errors.ts";

/**
 * @param title the backend's name for messages.
 * @param reason the device's own message.
 */
export function lostFault(title: string, reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: `TensorFlow.js on ${title}`,
    rule: "the device was lost",
    got: reason,
    remedy: "Train again, with a lower Batch size or smaller images if it happens again.",
  });
}

export function deviceFault(error: GPUError): PlaygroundError {
  if (error instanceof GPUOutOfMemoryError) {
    return new PlaygroundError({
      code: "engine.out-of-memory",
      where: "WebGPU",
      rule: "the graphics memory is full",
      got: error.message,
      remedy: "Lower Batch size, or choose smaller images or a smaller network.",
    });
  }
  return new PlaygroundError({
    code: "internal",
    where: "WebGPU",
    rule: "the device reported an error",
    got: error.message,
    remedy: "Choose another TensorFlow.js backend, and please report this.",
  });
}
