/**
 * Weights from one executor to another: within the graphics device where both compute on the same one, else through the
 * processor's memory. The network is the same; what lies in which order does not matter.
 */
import type { Executor } from "./executor.ts";
import { requireWeights } from "./requirements.ts";

/** Where a weight lies: float32 numbers in a row. */
export interface WeightPlace {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly numBytes: number;
}

/** By weight path. */
export type WeightPlaces = ReadonlyMap<string, WeightPlace>;

export interface DeviceWeights {
  readonly device: GPUDevice;
  readonly places: WeightPlaces;
}

/** An executor that can say where on a graphics device its weights lie. */
export interface WeightsOnDevice {
  /** As they are now, everything asked for so far included; undefined where they lie elsewhere. To be used at once. */
  deviceWeights(): DeviceWeights | undefined;
  /**
   * As `writeWeights`, within the device.
   *
   * @throws PlaygroundError for a wrong path or length; nothing is changed then.
   */
  takeDeviceWeights(weights: DeviceWeights): void;
}

type Holder = Pick<Executor, "readWeights" | "writeWeights"> & Partial<WeightsOnDevice>;

/**
 * @returns which way they went.
 * @throws PlaygroundError where `to` is another network.
 */
export async function copyWeights(from: Holder, to: Holder): Promise<"device" | "memory"> {
  const source = from.deviceWeights?.();
  const sharesDevice = source !== undefined && source.device === to.deviceWeights?.()?.device;
  if (sharesDevice && to.takeDeviceWeights !== undefined) {
    to.takeDeviceWeights(source);
    return "device";
  }
  to.writeWeights(await from.readWeights());
  return "memory";
}

/**
 * One submit.
 *
 * @throws PlaygroundError `network.shape-mismatch` unless each weight of `from` has its place in `to`.
 */
export function copyPlaces(device: GPUDevice, from: WeightPlaces, to: WeightPlaces): void {
  requirePlaces(from, new Map([...to].map(([path, { numBytes }]) => [path, numBytes / 4])));
  const encoder = device.createCommandEncoder({ label: "copy weights" });
  for (const [path, { buffer, byteOffset, numBytes }] of from) {
    const place = to.get(path);
    if (place !== undefined)
      encoder.copyBufferToBuffer(buffer, byteOffset, place.buffer, place.byteOffset, numBytes);
  }
  device.queue.submit([encoder.finish()]);
}

/** @throws PlaygroundError `network.shape-mismatch` */
export function requirePlaces(places: WeightPlaces, sizes: ReadonlyMap<string, number>): void {
  requireWeights(
    new Map([...places].map(([path, { numBytes }]) => [path, { length: numBytes / 4 }])),
    sizes,
  );
}
