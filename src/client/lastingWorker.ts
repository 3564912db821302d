/**
 * A worker whose program may be late: where it does not load, it is asked for again until the network brings it, and what
 * was said to it meanwhile is kept for it. Owns nothing of what is said.
 */
import { type Attempt, type Network, network as pageNetwork } from "../core/network.ts";
import type { WorkerPort } from "./runClient.ts";

export interface LastingWorkerOptions {
  /** A script that does not load shows up as an `error` event without a message. */
  readonly create: () => WorkerPort;
  /** Rejects where the program cannot be had; the error says whether that may pass by itself. */
  readonly fetchProgram: (attempt: Attempt) => Promise<unknown>;
  readonly network?: Network;
}

/** A worker that does not load although its program has come is nothing that the network mends. */
const MOST_LOADS = 3;

export function createLastingWorker(options: LastingWorkerOptions): WorkerPort {
  const { create, fetchProgram, network = pageNetwork } = options;
  const ending = new AbortController();
  /** Said before it has said anything; `null` from then on. */
  let unheard: unknown[] | null = [];
  let numLoads = 0;
  let worker = load();

  const port: WorkerPort = {
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    postMessage(message) {
      unheard?.push(message);
      worker.postMessage(message);
    },
    terminate() {
      ending.abort();
      worker.terminate();
    },
  };

  function load(): WorkerPort {
    const loading = create();
    numLoads += 1;
    loading.onmessage = (event) => {
      unheard = null;
      port.onmessage?.(event);
    };
    loading.onmessageerror = (event) => port.onmessageerror?.(event);
    loading.onerror = (event) => {
      const isLoaded = event.message || unheard === null;
      if (isLoaded || numLoads === MOST_LOADS) port.onerror?.(event);
      else void loadAgain(event);
    };
    return loading;
  }

  async function loadAgain(failure: ErrorEvent): Promise<void> {
    const { signal } = ending;
    worker.terminate();
    try {
      await network.untilThere("the training program", fetchProgram, { signal });
    } catch {
      if (!signal.aborted) port.onerror?.(failure);
      return;
    }
    worker = load();
    for (const message of unheard ?? []) worker.postMessage(message);
  }

  return port;
}
