/** TensorFlow.js in plain JavaScript on one thread, which is always available and slow. */
import * as tf from "@tensorflow/tfjs";
import type { OpenBackend } from "./openBackend.ts";
import { setBackend } from "./setBackend.ts";

export async function openCpu(): Promise<OpenBackend> {
  await setBackend("cpu");
  return {
    name: "cpu",
    device: "one thread of the processor, in plain JavaScript",
    isSoftware: true,
    lost: new Promise(() => {}),
    fault: () => undefined,
    finish: async () => {},
    usedBytes: () => tf.memory().numBytes,
    dispose: () => {},
  };
}
