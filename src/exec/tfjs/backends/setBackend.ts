/** Sets and removes backends in tfjs' own registry, which all of a worker shares. */
import * as tf from "@tensorflow/tfjs";
import type { BackendName } from "./openBackend.ts";

/**
 * Makes a backend the current one and verifies it. tfjs returns `false` instead of throwing when a backend fails to start, and
 * still reports its name.
 * @throws Error with the reason in words.
 */
export async function setBackend(name: BackendName): Promise<void> {
  if (tf.findBackendFactory(name) === null) throw new Error("this place has no such backend");
  if (!(await tf.setBackend(name))) throw new Error("it did not start");
  await tf.ready();
  if (tf.getBackend() !== name) throw new Error(`TensorFlow.js fell back to ${tf.getBackend()}`);
}

/** Closes a backend and removes how to open it; does nothing when there is none. */
export function removeBackend(name: BackendName): void {
  if (tf.findBackendFactory(name) !== null) tf.removeBackend(name);
}
