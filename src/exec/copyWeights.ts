/**
 * Copies weights from one executor to another of the same network: within the graphics device when both use the same one,
 * otherwise through the processor's memory. The order of the weights in memory may differ.
 */
import type { WeightHolder } from "./executor.ts";
import { requireWeights } from "./requirements.ts";

/** The location of a weight: contiguous float32 numbers. */
export interface WeightPlace {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly numBytes: number;
}

/** Keyed by weight path. */
export type WeightPlaces = ReadonlyMap<string, WeightPlace>;

export interface DeviceWeights {
  readonly device: GPUDevice;
  readonly places: WeightPlaces;
}

/** An executor that can say where its weights are stored on a graphics device. */
export interface WeightsOnDevice {
  /**
   * Returns the current weights, including all submitted work; undefined when they are stored elsewhere. Use the result at
   * once.
   */
  deviceWeights(): DeviceWeights | undefined;
  /**
   * Does the same as `writeWeights`, within the device.
   *
   * @throws PlaygroundError for a wrong path or length; nothing is changed then.
   */
  takeDeviceWeights(weights: DeviceWeights): void;
}

type Holder = WeightHolder & Partial<WeightsOnDevice>;

/**
 * @returns whether the weights were copied on the device or through memory.
 * @throws PlaygroundError when `to` is another network.
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
 * Copies with one submit.
 *
 * @throws PlaygroundError `network.shape-mismatch` unless `to` has a place for each weight of `from`.
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
