/**
 * TensorFlow.js on a WebGPU device of our own: the one that the compiled engine has open in this worker, else one made
 * here. tfjs listens neither for the loss of its device nor for errors outside a call, and asks for lower limits than
 * adapters have.
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../../core/errors.ts";
import { joinDevice } from "../../deviceErrors.ts";
import { deviceRequest } from "../../deviceRequest.ts";
import { isSoftwareName } from "../../graphicsCard.ts";
import { type SharedDevice, shareDevice, type WatchedDevice } from "../../sharedDevice.ts";
import { createDeviceTensors } from "./deviceTensors.ts";
import type { OpenBackend } from "./openBackend.ts";
import { removeBackend, setBackend } from "./setBackend.ts";

/** @throws Error with the reason in words. */
export async function openWebgpu(): Promise<OpenBackend> {
  const shared = await shareDevice(openDevice, deviceFault);
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
  // Kernels are registered under this very name, so tfjs' own entry gives way to our device.
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

/** Where no engine of this worker has one open. */
async function openDevice(): Promise<WatchedDevice> {
  const adapter = await requestAdapter();
  const device = await adapter.requestDevice(deviceRequest(adapter));
  let closed = false;
  const lost = new Promise<string>((resolve) => {
    void device.lost.then(({ message }) => {
      if (!closed)
        resolve(message === "" ? "the browser gave no reason" : message.replace(/[.]$/, ""));
    });
  });
  const title = adapterTitle(adapter.info);
  const isSoftware = adapter.info.isFallbackAdapter || isSoftwareName(title);
  return {
    device,
    title: isSoftware ? `${title}, computed by the processor` : title,
    isSoftware,
    lost,
    close() {
      closed = true;
      device.destroy();
    },
  };
}

async function requestAdapter(): Promise<GPUAdapter> {
  // Node 20 has no navigator, and a page on plain http has one without WebGPU.
  const gpu = typeof navigator === "undefined" ? undefined : (navigator.gpu as GPU | undefined);
  if (gpu === undefined) {
    const insecure = globalThis.isSecureContext === false;
    throw new Error(insecure ? "WebGPU needs https or localhost" : "this browser has no WebGPU");
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new Error("the browser offers no WebGPU adapter");
  return adapter;
}

function adapterTitle({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  if (description !== "") return description;
  const words = [vendor, architecture, device].filter((word) => word !== "");
  return words.length > 0 ? words.join(" ") : "a WebGPU adapter that gives no name";
}

function deviceFault(error: GPUError): PlaygroundError {
  if (error instanceof GPUOutOfMemoryError) {
    return new PlaygroundError({
      code: "engine.out-of-memory",
      where: "WebGPU",
      rule: "the graphics memory is full",
      got: error.message,
      remedy: "Lower Batch size or Input size, or choose a smaller network.",
    });
  }
  return new PlaygroundError({
    code: "internal",
    where: "WebGPU",
    rule: "the device reported an error",
    got: error.message,
    remedy: "Choose another TensorFlow.js backend, and please report this.",
  });
}
