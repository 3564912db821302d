/**
 * Tensors of TensorFlow.js as buffers of its WebGPU device, and the other way round, for weights that go to another engine on
 * the same device. What is written comes as a tensor of its own: tfjs remembers the values of a tensor that was read once, and
 * would not see its buffer change.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { copyPlaces, type WeightPlace, type WeightPlaces } from "../../copyWeights.ts";

export interface DeviceTensors {
  readonly device: GPUDevice;
  /** Where the tensors lie, with everything done to them that was asked for. The buffers stay tfjs'. */
  placesOf(tensors: ReadonlyMap<string, tf.Tensor>): WeightPlaces;
  /** New tensors with the numbers at these places, of the shapes of `like`. The caller's to dispose. */
  tensorsAt(
    places: WeightPlaces,
    like: ReadonlyMap<string, tf.Tensor>,
  ): ReadonlyMap<string, tf.Tensor>;
}

/** As the specification numbers them. */
const STORAGE_AND_COPIES = 0x80 | 0x4 | 0x8;

export function createDeviceTensors(backend: WebGPUBackend): DeviceTensors {
  const { device } = backend;

  function submit(): void {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
  }

  function bufferOf({ dataId }: tf.Tensor): GPUBuffer {
    // Small or new tensors lie in the processor's memory until a kernel asks for them.
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
      // tfjs takes whole buffers only, and copies each into one that it owns.
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
