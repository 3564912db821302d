/**
 * Reports the errors of a WebGPU device to the engine that caused them. Each engine calls the device within its own error
 * scopes. An error outside of these scopes has no known cause and is reported to every engine on the device. The engines, not
 * this file, turn errors into messages.
 */
import type { PlaygroundError } from "../../core/errors.ts";

/** An engine that uses a device. */
export interface DeviceUser {
  /** Runs `act`. Errors of the device calls that it makes before it returns belong to this engine. */
  ask<T>(act: () => T): T;
  /** Resolves when the device has reported the outcome of all calls so far. It may stay pending after the device is lost. */
  settled(): Promise<void>;
  /**
   * The first error of this engine that no call caught. It is never cleared, because the engine's data may be wrong from then
   * on.
   */
  fault(): PlaygroundError | undefined;
}

/** Turns a device error into the engine's own error. */
export type DescribeError = (error: GPUError) => PlaygroundError;

interface User extends DeviceUser {
  tell(error: GPUError): void;
}

const usersOf = new WeakMap<GPUDevice, Set<User>>();
const SCOPES: readonly GPUErrorFilter[] = ["validation", "out-of-memory", "internal"];

/** @returns the engine, which receives errors until it calls `leave`. */
export function joinDevice(
  device: GPUDevice,
  describe: DescribeError,
): DeviceUser & { leave(): void } {
  const users = usersOf.get(device) ?? listenTo(device);
  const user = createUser(device, describe);
  users.add(user);
  const { ask, settled, fault } = user;
  return { ask, settled, fault, leave: () => void users.delete(user) };
}

function listenTo(device: GPUDevice): Set<User> {
  const users = new Set<User>();
  usersOf.set(device, users);
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    for (const user of users) user.tell(event.error);
  });
  return users;
}

function createUser(device: GPUDevice, describe: DescribeError): User {
  const waiting = new Set<Promise<void>>();
  let fault: PlaygroundError | undefined;
  const tell = (error: GPUError) => {
    fault ??= describe(error);
  };
  const closeScope = () => {
    const judged: Promise<void> = device
      .popErrorScope()
      .then(
        (error) => {
          if (error !== null) tell(error);
        },
        // A lost device reports no outcomes any more. `lost` reports the loss itself.
        () => {},
      )
      .then(() => void waiting.delete(judged));
    waiting.add(judged);
  };
  return {
    ask(act) {
      for (const filter of SCOPES) device.pushErrorScope(filter);
      try {
        return act();
      } finally {
        SCOPES.forEach(closeScope);
      }
    },
    async settled() {
      await Promise.all(waiting);
    },
    fault: () => fault,
    tell,
  };
}
