/** An entrant: a network that trains on its own device, on the adapter that all share. */
import type { BenchNetwork } from "../network.ts";
import type { LaunchTime } from "../profile/launchTime.ts";
import type { CountedDevice } from "./countDevice.ts";

export type EntrantName = "ours" | "stock tfjs webgpu";

/** One network, built and ready. */
export interface Training {
  /**
   * Takes one step.
   * @returns its loss, read from the device.
   */
  takeStep(): Promise<number>;
  readonly counted: CountedDevice;
  release(): void;
}

export interface CompiledTraining extends Training {
  /** Takes steps without reading their losses, and waits until the device has done them. */
  streamSteps(steps: number): Promise<void>;
  /** Takes one step and returns the time of each dispatch. The dispatches are always the same. */
  profileStep(): Promise<StepProfile>;
}

/** The measurement of one step. */
export interface StepProfile {
  /** `timestamps`: the device's own clock. `submits`: the processor's clock around a submit. */
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
