/** Whoever takes part: a network that trains on a device of its own, on the adapter that all share. */
import type { BenchNetwork } from "../network.ts";
import type { LaunchTime } from "../profile/launchTime.ts";
import type { CountedDevice } from "./countDevice.ts";

export type EntrantName = "ours" | "stock tfjs webgpu";

/** One network, built and ready. */
export interface Training {
  /** One step. @returns its loss, read from the device. */
  takeStep(): Promise<number>;
  readonly counted: CountedDevice;
  release(): void;
}

export interface CompiledTraining extends Training {
  /** So many steps whose losses nobody reads, until the device has done them. */
  streamSteps(steps: number): Promise<void>;
  /** Takes one step, dispatch by dispatch; always the same ones. */
  profileStep(): Promise<StepProfile>;
}

/** One step, measured. */
export interface StepProfile {
  /** `timestamps` by the device's own clock, `submits` by the processor's, around a submit. */
  readonly clock: "timestamps" | "submits";
  /** By launch of the plan. */
  readonly launches: readonly LaunchTime[];
  /** By kernel. */
  readonly kernels: readonly KernelTime[];
}

export interface KernelTime {
  readonly name: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

export type Build<T extends Training> = (network: BenchNetwork) => Promise<T>;
