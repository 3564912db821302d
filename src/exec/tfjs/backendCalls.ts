/**
 * Makes the calls of one executor to the backend. Errors of the device are reported to the executor that caused them. A call
 * rejects when the device is lost, because a read would otherwise wait forever.
 */
import * as tf from "@tensorflow/tfjs";
import { createLossGuard, type LossGuard, reasonOfLostDevice } from "../device/lostDevice.ts";
import { BACKEND_TITLES, type OpenBackend } from "./backends/openBackend.ts";
import { lostFault } from "./deviceFaults.ts";

export class BackendCalls {
  readonly #backend: OpenBackend;
  readonly #unlessLost: LossGuard;

  constructor(backend: OpenBackend) {
    this.#backend = backend;
    this.#unlessLost = createLossGuard(backend.lost, (reason) => this.#lostFault(reason));
  }

  /** Runs `act`. Errors of the device calls that it makes before it returns belong to this executor. */
  ask<T>(act: () => T): T {
    const { ask } = this.#backend;
    return ask === undefined ? act() : ask(act);
  }

  /** Does the same as `ask`, and disposes all tensors except the result. */
  tidily<T extends tf.TensorContainer>(act: () => T): T {
    return this.ask(() => tf.tidy(act));
  }

  /** @throws PlaygroundError `engine.device-lost`, or an error that the device has reported. */
  async wait<T>(act: () => Promise<T>): Promise<T> {
    const value = await this.#unlessLost(() => this.ask(act)).catch(async (error: unknown) => {
      const reason = await reasonOfLostDevice(this.#backend.lost);
      throw reason === undefined ? error : this.#lostFault(reason);
    });
    await this.#backend.settled?.();
    const fault = this.#backend.fault();
    if (fault !== undefined) throw fault;
    return value;
  }

  /** Reads the tensor, then disposes it. */
  async read(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      return Float32Array.from(await this.wait(() => tensor.data()));
    } finally {
      tensor.dispose();
    }
  }

  /** Reads the tensors by name, then disposes them. */
  async readAll(
    tensors: readonly (readonly [string, tf.Tensor])[],
  ): Promise<ReadonlyMap<string, Float32Array>> {
    return new Map(
      await Promise.all(
        tensors.map(async ([name, tensor]) => [name, await this.read(tensor)] as const),
      ),
    );
  }

  #lostFault(reason: string) {
    return lostFault(BACKEND_TITLES[this.#backend.name], reason);
  }
}
