/** Creates workers. This is a separate file so that tests of the client need neither a bundler nor a browser. */
import { fetchProgramFile } from "../core/programFile.ts";
import program from "../worker/main.ts?worker&url";
import { createLastingWorker } from "./lastingWorker.ts";
import type { WorkerPort } from "./runClient.ts";

/**
 * Creates a dedicated module worker that waits for the network when its program does not load. The worker holds the browser's
 * lock of its own name before it answers anything, and the browser gives the lock to the page when the worker has ended.
 */
export function createWorker(): WorkerPort {
  const name = `training ${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  return createLastingWorker({
    create: () => new Worker(program, { type: "module", name }),
    watch(onEnded, signal) {
      // Pages on plain http have no locks.
      const locks: LockManager | undefined = navigator.locks;
      locks?.request(name, { signal }, onEnded).catch(() => {});
    },
    fetchProgram: (attempt) => fetchProgramFile(new URL(program, document.baseURI).href, attempt),
  });
}
