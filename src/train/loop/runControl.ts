/**
 * Holds the state of a run (running, paused, stepping) and the requests to it, which come at any moment. A pause, a step or a
 * resume is acknowledged at once when no training is in progress, otherwise when the current step or part of an evaluation
 * ends. Other requests (a test, images, a file) are served whenever the engine is idle: between two steps, between two parts of
 * an evaluation, while waiting for data, while paused. When they cannot be served, they are refused at once with the reason.
 * Each request is served or refused exactly once. A `RunServer` implements the serving itself.
 */
import type { EvaluatedPart } from "../../core/classified.ts";
import type { LentNetwork } from "./lentNetwork.ts";
import { refusals } from "./refusals.ts";

export type RunRequest = (
  | /** Evaluates on the whole test set. */ { readonly type: "test" }
  | /** Delivers the pixels of evaluated images, by their places in the order of evaluation. */ {
      readonly type: "images";
      readonly requestId: string;
      readonly of: EvaluatedPart;
      readonly indices: readonly number[];
    }
  | /** Lends the network to a reader, which handles its own failures. */ {
      readonly type: "lend";
      readonly use: (network: LentNetwork) => Promise<void>;
    }
  | /** Keeps a checkpoint. */ {
      readonly type: "keep";
      /** Called with its number of steps when it is complete. Training goes on meanwhile. */
      readonly kept?: (step: number) => void;
    }
) & {
  /** Called with the reason when the request is not served. */
  readonly refuse: (why: unknown) => void;
};

export interface RunServer {
  /** An error that it throws ends the run. */
  serve(request: RunRequest): Promise<void>;
  stepsDone(): number;
}

export interface RunControl {
  pause(): void;
  resume(): void;
  /** Takes one step, then pauses. */
  step(): void;
  /** Queues other work for the network. Requests are served in order. */
  request(request: RunRequest): void;
}

/** The part of the gate that long work needs, so that requests do not wait for its end. */
export interface Attention {
  /** True when a request or a pause is waiting. A part of an evaluation then ends early. */
  readonly wanted: boolean;
  /**
   * Call this between two parts of work: it serves requests, and waits while paused. Work that was requested during a pause
   * continues until the next pause.
   */
  attend(): Promise<void>;
  /** Serves requests while waiting for something that does not need the engine, such as data. */
  during<T>(waiting: Promise<T>): Promise<T>;
}

export interface Gate extends RunControl, Attention {
  /** Serves requests from now on. Before this call they are refused, because the run is being prepared. */
  open(server: RunServer): void;
  /** Refuses requests from now on, including those that wait. */
  close(why: Error): void;
  /** Resolves when the next step may be taken. */
  pass(): Promise<void>;
  /** True when the loop will stop at the next gate, so that it should report accumulated metrics now. */
  readonly closing: boolean;
  /** Serves requests until the worker ends, for a run that takes no further step. */
  stayOpen(): Promise<never>;
}

export interface GateReport {
  /** The number of steps done. */
  readonly step: number;
  /** The number of pauses, resumes, steps and tests that were received. The newest of them decides. */
  readonly received: number;
}

export interface GateEvents {
  /** `computes` is true when a test goes on that was requested in this pause or just before it. */
  onPaused(report: GateReport & { readonly computes: boolean }): void;
  onResumed(report: GateReport): void;
}

export function createGate(events: GateEvents, startPaused: boolean): Gate {
  let state: "running" | "paused" | "stepping" = startPaused ? "stepping" : "running";
  let server: RunServer | Error = refusals.preparing();
  let stepsDone = () => 0;
  /** True when neither a step nor a part of an evaluation is in progress. */
  let idle = true;
  let toldPaused = false;
  let isOver = false;
  let received = 0;
  let numPauses = 0;
  /** The number of the pause during which the current request came. */
  let askedInPause: number | undefined;
  const requests: RunRequest[] = [];
  let sleepers: (() => void)[] = [];

  const holds = () => state === "paused" && numPauses !== askedInPause;
  /** Resolves at the next change, or at once when requests are waiting. */
  const sleep = () =>
    new Promise<void>((resolve) => {
      if (requests.length > 0) resolve();
      else sleepers.push(resolve);
    });

  function wake(): void {
    const woken = sleepers;
    sleepers = [];
    for (const goOn of woken) goOn();
  }

  function tellPaused(): void {
    toldPaused = true;
    const computes = !holds() || requests.some(({ type }) => type === "test");
    events.onPaused({ step: stepsDone(), received, computes });
  }

  function goOn(next: "running" | "stepping"): void {
    received += 1;
    if (isOver) return;
    state = next;
    toldPaused = false;
    events.onResumed({ step: stepsDone(), received });
    wake();
  }

  async function serveOne(request: RunRequest): Promise<void> {
    if (!("serve" in server)) {
      request.refuse(server);
      return;
    }
    const before = askedInPause;
    askedInPause = state === "paused" ? numPauses : undefined;
    try {
      await server.serve(request);
    } catch (error) {
      request.refuse(refusals.failed(error));
      throw error;
    } finally {
      askedInPause = before;
    }
  }

  async function serveAll(): Promise<void> {
    for (let next = requests.shift(); next !== undefined; next = requests.shift())
      await serveOne(next);
  }

  /** Runs `act` with the engine marked as idle. */
  async function whileIdle(act: () => Promise<void>): Promise<void> {
    const before = idle;
    idle = true;
    if (state === "paused" && !toldPaused) tellPaused();
    try {
      await act();
    } finally {
      idle = before;
    }
  }

  const attend = () =>
    whileIdle(async () => {
      await serveAll();
      while (holds()) {
        await sleep();
        await serveAll();
      }
    });

  return {
    pause() {
      received += 1;
      if (isOver) return;
      if (state !== "paused") numPauses += 1;
      state = "paused";
      if (idle) tellPaused();
      wake();
    },
    resume: () => goOn("running"),
    step: () => goOn("stepping"),
    request(request) {
      if (request.type === "test") received += 1;
      if (!("serve" in server)) request.refuse(server);
      else {
        requests.push(request);
        wake();
      }
    },
    open(opened) {
      server = opened;
      stepsDone = () => opened.stepsDone();
    },
    close(why) {
      server = why;
      for (const request of requests.splice(0)) request.refuse(why);
    },
    get wanted() {
      return requests.length > 0 || holds();
    },
    get closing() {
      return state !== "running";
    },
    attend,
    async during(waiting) {
      let settled = false;
      const settle = () => {
        settled = true;
        wake();
      };
      waiting.then(settle, settle);
      await whileIdle(async () => {
        while (!settled) {
          await serveAll();
          if (!settled) await sleep();
        }
      });
      return waiting;
    },
    async pass() {
      await attend();
      if (state === "stepping") {
        state = "paused";
        numPauses += 1;
      }
      idle = false;
    },
    async stayOpen() {
      isOver = true;
      idle = true;
      for (;;) {
        await serveAll();
        await sleep();
      }
    },
  };
}
