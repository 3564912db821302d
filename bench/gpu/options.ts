/** What `bench gpu` can be told, in the repository and in the folder that is carried elsewhere; the first three `bench cpu` too. */
import { wholeNumber } from "../wholeNumber.ts";
import type { GpuOptions } from "./gpu.ts";

/** For `parseArgs`. */
export const GPU_OPTIONS = {
  cases: { type: "string", default: "" },
  rounds: { type: "string", default: "5" },
  "turn-ms": { type: "string", default: "800" },
  "longest-step-s": { type: "string", default: "60" },
} as const;

/** Ends the process where a value is no number. */
export function gpuOptions(values: Readonly<Record<keyof typeof GPU_OPTIONS, string>>): GpuOptions {
  return {
    cases: values.cases.split(",").filter((name) => name !== ""),
    rounds: wholeNumber("rounds", values.rounds),
    turnMs: wholeNumber("turn-ms", values["turn-ms"]),
    longestStepMs: 1000 * wholeNumber("longest-step-s", values["longest-step-s"]),
  };
}
