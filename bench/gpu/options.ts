/** The options of `bench gpu`, in the repository and in the bundled folder; `bench cpu` shares the first three. */
import type { Command } from "@commander-js/extra-typings";
import { wholeNumber } from "../wholeNumber.ts";
import type { GpuOptions } from "./gpu.ts";

export interface GpuValues {
  readonly cases: string;
  readonly rounds: string;
  readonly turnMs: string;
  readonly longestStepS: string;
}

export function withGpuOptions(command: Command) {
  return command
    .option("--cases <list>", "cpu, gpu: networks as size/width/repeats/batch, with commas", "")
    .option("--rounds <n>", "cpu, gpu: turns of each", "5")
    .option("--turn-ms <n>", "cpu, gpu: length of a turn", "800")
    .option("--longest-step-s <n>", "gpu: who would take longer for a step is left out", "60");
}

/** @throws PlaygroundError `command.invalid` when a value is not a number. */
export function gpuOptions(values: GpuValues): GpuOptions {
  return {
    cases: values.cases.split(",").filter((name) => name !== ""),
    rounds: wholeNumber("rounds", values.rounds),
    turnMs: wholeNumber("turn-ms", values.turnMs),
    longestStepMs: 1000 * wholeNumber("longest-step-s", values.longestStepS),
  };
}
