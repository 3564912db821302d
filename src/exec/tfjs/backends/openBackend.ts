/** A backend of TensorFlow.js that is set up and ready, and what an executor needs of it beyond tensors. */
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
  /** Adapter or processor in words. */
  readonly device: string;
  /** True where a processor pretends to be a graphics card. */
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost; never otherwise. */
  readonly lost: Promise<string>;
  /** One more who computes on it, and hears of its own errors only; where there is a device that tells errors. */
  readonly join?: () => DeviceUser & { leave(): void };
  /** Hands what was asked for so far to the device; resolves when the device has done it. */
  finish(): Promise<void>;
  usedBytes(): number;
  /** What was asked of the device so far, by all who compute on it; only where there is one that counts. */
  counts?(): DeviceCounts;
  /** Tensors as buffers, where tensors are buffers. */
  readonly tensors?: DeviceTensors;
  dispose(): void;
}
