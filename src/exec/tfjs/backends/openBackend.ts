/** An open backend of TensorFlow.js, and what an executor needs of it beyond tensors. */
import type { DeviceUser } from "../../device/deviceErrors.ts";
import type { DeviceCounts } from "../../device/deviceMeter.ts";
import type { DeviceTensors } from "./deviceTensors.ts";

export type BackendName = "webgpu" | "webgl" | "cpu";

export const BACKEND_TITLES: { readonly [N in BackendName]: string } = {
  webgpu: "WebGPU",
  webgl: "WebGL",
  cpu: "CPU",
};

export interface OpenBackend extends Pick<DeviceUser, "fault">, Partial<Omit<DeviceUser, "fault">> {
  readonly name: BackendName;
  /** Describes the adapter or the processor. */
  readonly device: string;
  /** True if the backend computes on the processor. */
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost; never otherwise. */
  readonly lost: Promise<string>;
  /** Registers another executor, which then receives only its own errors. Absent on backends that do not report errors. */
  readonly join?: () => DeviceUser & { leave(): void };
  /** Submits all calls so far to the device. Resolves when the device has completed them. */
  finish(): Promise<void>;
  usedBytes(): number;
  /** Counts the device calls of all executors so far. Absent on backends without a counter. */
  counts?(): DeviceCounts;
  /** Converts tensors to buffers of the device. Absent on backends whose tensors are not buffers. */
  readonly tensors?: DeviceTensors;
  dispose(): void;
}
