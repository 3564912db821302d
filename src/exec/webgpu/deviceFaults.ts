/** The errors that this engine reports for its device. */
import { PlaygroundError } from "../../core/errors.ts";

const WHERE = "WebGPU compiled";
const CONTEXT = { engine: "webgpu", setting: "engine" } as const;

export function unavailable(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: WHERE,
    rule: "this engine needs a WebGPU device",
    got,
    remedy: "Choose CPU compiled, which needs none.",
    context: CONTEXT,
  });
}

/** @param got the device's message, which names the kernel. */
export function deviceFault(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "internal",
    where: WHERE,
    rule: "the device reported an error",
    got,
    remedy: "Choose CPU compiled, and please report this.",
    context: CONTEXT,
  });
}

export function lostWhileOpened(reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.device-lost",
    where: "WebGPU, compiled",
    rule: "the device was lost while the engine was opened",
    got: reason,
    remedy: "Choose CPU compiled, or train again to open the device anew.",
    context: CONTEXT,
  });
}
