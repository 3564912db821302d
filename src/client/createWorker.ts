/** Creates workers. This is a separate file so that tests of the client need neither a bundler nor a browser. */
import { PAGE_ID } from "../core/pageId.ts";
import { fetchProgramFile } from "../core/programFile.ts";
import program from "../worker/main.ts?worker&url";
import { createLastingWorker } from "./lastingWorker.ts";
import type { WorkerPort } from "./runClient.ts";

let numWorkers = 0;

/**
 * Creates a dedicated module worker that waits for the network when its program does not load. The worker holds the browser's
 * lock of its own name before it answers anything, and the browser gives the lock to the page when the worker has ended.
 */
export function createWorker(): WorkerPort {
  numWorkers += 1;
  const name = `training ${PAGE_ID} ${numWorkers}`;
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
