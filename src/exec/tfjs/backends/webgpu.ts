/**
 * Opens TensorFlow.js on the WebGPU device that all engines of this worker share. On its own device TensorFlow.js would notice
 * neither a loss nor errors outside of a call, and would request lower limits than the adapter has.
 */
import * as tf from "@tensorflow/tfjs";
import { joinDevice } from "../../device/deviceErrors.ts";
import { browserGpu } from "../../device/graphicsAdapter.ts";
import { openGraphicsDevice } from "../../device/graphicsDevice.ts";
import { type SharedDevice, shareDevice } from "../../device/sharedDevice.ts";
import { deviceFault } from "../deviceFaults.ts";
import { createDeviceTensors } from "./deviceTensors.ts";
import type { OpenBackend } from "./openBackend.ts";
import { removeBackend, setBackend } from "./setBackend.ts";

const openOwn = () =>
  openGraphicsDevice(browserGpu(), { unavailable: (reason) => new Error(reason) });

/** @throws Error with the reason as a message. */
export async function openWebgpu(): Promise<OpenBackend> {
  const shared = await shareDevice(openOwn, deviceFault);
  try {
    return await openOn(shared);
  } catch (error) {
    removeBackend("webgpu");
    shared.close();
    throw error;
  }
}

async function openOn(shared: SharedDevice): Promise<OpenBackend> {
  const { device } = shared;
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  // Kernels are registered for the name `webgpu`, so the backend on our device must replace tfjs' own under this name.
  removeBackend("webgpu");
  const backend = new WebGPUBackend(device, device.adapterInfo);
  tf.registerBackend("webgpu", () => backend, 3);
  await setBackend("webgpu");

  return {
    name: "webgpu",
    device: shared.title,
    isSoftware: shared.isSoftware,
    lost: shared.lost,
    ask: shared.ask,
    settled: shared.settled,
    fault: shared.fault,
    join: () => joinDevice(device, deviceFault),
    async finish() {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
      await device.queue.onSubmittedWorkDone();
    },
    usedBytes: () => backend.memory().numBytesAllocatedInGPU,
    counts: () => shared.meter.counts,
    tensors: createDeviceTensors(backend),
    dispose() {
      removeBackend("webgpu");
      shared.close();
    },
  };
}
