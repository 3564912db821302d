/**
 * Wraps a worker whose program may fail to load. It retries until the network delivers the program, and it queues the messages
 * sent meanwhile. It does not look into the messages.
 */
import { type Attempt, type Network, network as pageNetwork } from "../core/network.ts";
import type { WorkerPort } from "./runClient.ts";

export interface LastingWorkerOptions {
  /** A script that fails to load fires an `error` event without a message. */
  readonly create: () => Omit<WorkerPort, "onended">;
  /** Calls `onEnded` when a worker that has answered ends. Default: its end goes unnoticed. */
  readonly watch?: (onEnded: () => void, signal: AbortSignal) => void;
  /** Rejects when the program cannot be fetched. The error says whether that may be temporary. */
  readonly fetchProgram: (attempt: Attempt) => Promise<unknown>;
  readonly network?: Network;
}

/** When a worker fails to load this often although its program was fetched, the network is not the cause. */
const MOST_LOADS = 3;

export function createLastingWorker(options: LastingWorkerOptions): WorkerPort {
  const { create, watch, fetchProgram, network = pageNetwork } = options;
  const ending = new AbortController();
  /** Messages sent before the worker has answered anything; `null` after that. */
  let unheard: unknown[] | null = [];
  let numLoads = 0;
  let worker = load();

  const port: WorkerPort = {
    onmessage: null,
    onmessageerror: null,
    onerror: null,
    onended: null,
    postMessage(message) {
      unheard?.push(message);
      worker.postMessage(message);
    },
    terminate() {
      ending.abort();
      worker.terminate();
    },
  };

  function load(): Omit<WorkerPort, "onended"> {
    const loading = create();
    numLoads += 1;
    loading.onmessage = (event) => {
      if (unheard !== null) watch?.(() => port.onended?.(), ending.signal);
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
