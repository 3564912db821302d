/**
 * TensorFlow.js on a WebGPU device of our own. tfjs listens neither for the loss of its device nor for errors
 * outside a call, and asks for lower limits than adapters have; so the device is requested here, watched here,
 * and destroyed here.
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../../core/errors.ts";
import { isSoftwareName } from "../../graphicsCard.ts";
import type { OpenBackend } from "./openBackend.ts";
import { removeBackend, setBackend } from "./setBackend.ts";

/** Limits raised to the adapter's: large feature maps need large buffers, concatenations many. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const WANTED_FEATURES = [
  "timestamp-query",
  "shader-f16",
  "subgroups",
] as const satisfies readonly GPUFeatureName[];

/** @throws Error with the reason in words. */
export async function openWebgpu(): Promise<OpenBackend> {
  const adapter = await requestAdapter();
  const device = await adapter.requestDevice({
    label: "xception-playground tfjs",
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(
      RAISED_LIMITS.map((limit) => [limit, adapter.limits[limit]]),
    ),
  });
  device.queue.label = "xception-playground tfjs queue";

  let closed = false;
  let fault: PlaygroundError | undefined;
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    fault ??= deviceFault(event.error);
  });
  const lost = new Promise<string>((resolve) => {
    device.lost.then(({ message }) => {
      if (!closed)
        resolve(message === "" ? "the browser gave no reason" : message.replace(/[.]$/, ""));
    });
  });

  // Kernels are registered under this very name, so tfjs' own entry gives way to our device.
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  removeBackend("webgpu");
  const backend = new WebGPUBackend(device, adapter.info);
  tf.registerBackend("webgpu", () => backend, 3);
  const close = () => {
    closed = true;
    removeBackend("webgpu");
    device.destroy();
  };
  try {
    await setBackend("webgpu");
  } catch (error) {
    close();
    throw error;
  }

  const title = adapterTitle(adapter.info);
  const isSoftware = adapter.info.isFallbackAdapter || isSoftwareName(title);
  return {
    name: "webgpu",
    device: isSoftware ? `${title}, computed by the processor` : title,
    isSoftware,
    lost,
    fault: () => fault,
    async finish() {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
      await device.queue.onSubmittedWorkDone();
    },
    usedBytes: () => backend.memory().numBytesAllocatedInGPU,
    dispose: close,
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
      remedy: "Lower the batch size, the input size or the width.",
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
