/**
 * Converts tensors of TensorFlow.js to buffers of its WebGPU device and back, to copy weights to another engine on the same
 * device. Written values become new tensors, because tfjs caches the values of a tensor that was read once and would not notice
 * a change of its buffer.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { copyPlaces, type WeightPlace, type WeightPlaces } from "../../copyWeights.ts";

export interface DeviceTensors {
  readonly device: GPUDevice;
  /** Returns the tensors' buffers, after all submitted work on them. tfjs keeps owning the buffers. */
  placesOf(tensors: ReadonlyMap<string, tf.Tensor>): WeightPlaces;
  /** Creates tensors with the numbers at these places and the shapes of `like`. The caller must dispose them. */
  tensorsAt(
    places: WeightPlaces,
    like: ReadonlyMap<string, tf.Tensor>,
  ): ReadonlyMap<string, tf.Tensor>;
}

/** The values in the specification. */
const STORAGE_AND_COPIES = 0x80 | 0x4 | 0x8;

export function createDeviceTensors(backend: WebGPUBackend): DeviceTensors {
  const { device } = backend;

  function submit(): void {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
  }

  function bufferOf({ dataId }: tf.Tensor): GPUBuffer {
    // Small or new tensors stay in the processor's memory until a kernel uses them.
    backend.uploadToGPU(dataId);
    const { resource } = backend.tensorMap.get(dataId);
    if (resource === undefined || !("mapAsync" in resource))
      throw new Error("a tensor has no buffer on the device");
    return resource;
  }

  return {
    device,
    placesOf(tensors) {
      const places = new Map(
        [...tensors].map(([path, tensor]): [string, WeightPlace] => [
          path,
          { buffer: bufferOf(tensor), byteOffset: 0, numBytes: 4 * tensor.size },
        ]),
      );
      submit();
      return places;
    },
    tensorsAt(places, like) {
      const copies = new Map(
        [...places].map(([path, { numBytes }]): [string, WeightPlace] => {
          const usage = STORAGE_AND_COPIES;
          const buffer = device.createBuffer({ label: `copy of ${path}`, size: numBytes, usage });
          return [path, { buffer, byteOffset: 0, numBytes }];
        }),
      );
      copyPlaces(device, places, copies);
      // tfjs accepts whole buffers only, and copies each into one that it owns.
      const tensors = [...copies].map(([path, { buffer }]): [string, tf.Tensor] => [
        path,
        tf.tensor({ buffer }, like.get(path)?.shape ?? []),
      ]);
      submit();
      for (const { buffer } of copies.values()) buffer.destroy();
      return new Map(tensors);
    },
  };
}
