/** Backends in tfjs' own registry, of which there is one for all of a worker. */
import * as tf from "@tensorflow/tfjs";
import type { BackendName } from "./openBackend.ts";

/**
 * Makes a backend the current one, really: tfjs answers `false` instead of throwing when a backend fails to
 * start, and goes on naming it.
 * @throws Error with the reason in words.
 */
export async function setBackend(name: BackendName): Promise<void> {
  if (tf.findBackendFactory(name) === null) throw new Error("this place has no such backend");
  if (!(await tf.setBackend(name))) throw new Error("it did not start");
  await tf.ready();
  if (tf.getBackend() !== name) throw new Error(`TensorFlow.js fell back to ${tf.getBackend()}`);
}

/** Closes a backend and forgets how to open it; nothing happens where there is none. */
export function removeBackend(name: BackendName): void {
  if (tf.findBackendFactory(name) !== null) tf.removeBackend(name);
}
