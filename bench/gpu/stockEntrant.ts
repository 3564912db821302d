/**
 * Entrant: stock TensorFlow.js on its WebGPU backend. It loads the saved model, compiles it and trains it with `trainOnBatch`.
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { deviceRequest } from "../../src/exec/device/graphicsDevice.ts";
import { countDevice } from "./countDevice.ts";
import type { Build, Training } from "./entrant.ts";
import type { Adapter } from "./openAdapter.ts";

export function stockEntrant({ gpu }: Adapter): Build<Training> {
  return async ({ settings, model, weightData, images, labels }) => {
    const { device, counted, fault } = await openBackend(gpu);
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights),
        weightData: weightData.buffer,
      }),
    );
    const { inputSize, inputChannels, classes, learningRate } = settings;
    loaded.compile({
      optimizer: tf.train.adam(learningRate, 0.9, 0.999, 1e-7),
      loss: "categoricalCrossentropy",
    });
    const x = tf.tensor4d(images, [labels.length, inputSize, inputSize, inputChannels]);
    const y = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classes);
    return {
      async takeStep() {
        const loss = await loaded.trainOnBatch(x, y);
        const why = fault();
        if (why !== undefined) throw new Error(why);
        return typeof loss === "number" ? loss : Number.NaN;
      },
      counted,
      release() {
        tf.removeBackend("webgpu");
        device.destroy();
      },
    };
  };
}

async function openBackend(gpu: GPU) {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new Error("there is no adapter");
  // Requests the device as the page does: with more features and higher limits than TensorFlow.js requests itself.
  const device = await adapter.requestDevice(deviceRequest(adapter));
  const counted = countDevice(device);
  let fault: string | undefined;
  device.addEventListener("uncapturederror", (event) => {
    fault ??= event.error.message;
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed") fault ??= `the device was lost: ${message}`;
  });
  if (tf.findBackendFactory("webgpu") !== null) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info), 3);
  if (!(await tf.setBackend("webgpu"))) throw new Error("the WebGPU backend did not start");
  return { device, counted, fault: () => fault };
}
