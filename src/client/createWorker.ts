/** Where the worker's code is. Kept apart so that tests of the client need neither a bundler nor a browser. */

/** A dedicated module worker; a script that cannot be loaded shows up as the worker's `error` event. */
export function createWorker(): Worker {
  return new Worker(new URL("../worker/main.ts", import.meta.url), {
    type: "module",
    name: "training",
  });
}
