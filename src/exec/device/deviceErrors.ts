/**
 * Errors of a WebGPU device, told to the engine that caused them: each asks the device for something within error scopes of
 * its own. What comes up outside of those could be anybody's and is told to all who use the device then. It refuses to know
 * what an error means: an engine says that in its own words.
 */
import type { PlaygroundError } from "../../core/errors.ts";

/** An engine on a device. */
export interface DeviceUser {
  /** Runs `act`; errors of what it asks of the device before it returns are this engine's. */
  ask<T>(act: () => T): T;
  /** Resolves when the device has judged all that was asked. On a lost device it may never. */
  settled(): Promise<void>;
  /** The first error that concerns this engine and that no call caught. It stays: what the engine holds may be wrong. */
  fault(): PlaygroundError | undefined;
}

/** An error in the words of an engine. */
export type DescribeError = (error: GPUError) => PlaygroundError;

interface User extends DeviceUser {
  tell(error: GPUError): void;
}

const usersOf = new WeakMap<GPUDevice, Set<User>>();
const SCOPES: readonly GPUErrorFilter[] = ["validation", "out-of-memory", "internal"];

/** @returns the user, told of errors until it leaves. */
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
        // A lost device judges nothing any more; its loss is told by itself.
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
