/**
 * Where a run stands and what may be asked of it. Commands and requests come at any moment. A pause, a step and a resume
 * are acknowledged at once where nothing trains just then, and otherwise where the present step or part of an evaluation
 * ends. Other work for the network (a test, images, a file) is served wherever the engine is idle: between two steps,
 * between two parts of an evaluation, while data are waited for, while paused. Where nobody can serve it, it is refused
 * at once with the reason. Each request is served or refused, once. It refuses to know what serving is.
 */
import type { LentNetwork } from "./lentNetwork.ts";
import { refusals } from "./refusals.ts";

export type RunRequest = (
  | /** Evaluate on the whole test set. */ { readonly type: "test" }
  | /** Deliver the pixels of test images. */ {
      readonly type: "images";
      readonly requestId: string;
      readonly indices: readonly number[];
    }
  | /** Lend the network to somebody who reads it and answers for his own failures. */ {
      readonly type: "lend";
      readonly use: (network: LentNetwork) => Promise<void>;
    }
) & {
  /** Told why, where it is not served. */
  readonly refuse: (why: unknown) => void;
};

export interface RunServer {
  /** What it throws ends the run. */
  serve(request: RunRequest): Promise<void>;
  stepsDone(): number;
}

export interface RunControl {
  pause(): void;
  resume(): void;
  /** Takes one step, then pauses. */
  step(): void;
  /** Other work for the network; done in order. */
  request(request: RunRequest): void;
}

/** What work that takes long needs of the gate, so that nobody waits for its end. */
export interface Attention {
  /** True where somebody asks for something: a part of an evaluation ends early for it. */
  readonly wanted: boolean;
  /**
   * Between two parts of work: serves, and waits while paused. Work that was asked for while the run was paused goes on,
   * until the run is paused anew.
   */
  attend(): Promise<void>;
  /** Serves while something is waited for that needs no engine: data. */
  during<T>(waiting: Promise<T>): Promise<T>;
}

export interface Gate extends RunControl, Attention {
  /** From now on requests are served. Before, they are refused: the run is being prepared. */
  open(server: RunServer): void;
  /** From now on requests are refused, those that wait as well. */
  close(why: Error): void;
  /** Resolves when the next step may be taken. */
  pass(): Promise<void>;
  /** True where the loop will stop at the next gate: what has gathered is worth reporting now. */
  readonly closing: boolean;
  /** Serves requests until the worker ends; for a run that takes no further step. */
  stayOpen(): Promise<never>;
}

export interface GateEvents {
  /** @param step steps done */
  onPaused(step: number): void;
  onResumed(step: number): void;
}

export function createGate(events: GateEvents, startPaused: boolean): Gate {
  let state: "running" | "paused" | "stepping" = startPaused ? "stepping" : "running";
  let server: RunServer | Error = refusals.preparing();
  let stepsDone = () => 0;
  /** No step and no part of a validation is under way. */
  let idle = true;
  let toldPaused = false;
  let isOver = false;
  let numPauses = 0;
  /** The pause in which the work that is being served was asked for. */
  let askedInPause: number | undefined;
  const requests: RunRequest[] = [];
  let sleepers: (() => void)[] = [];

  const holds = () => state === "paused" && numPauses !== askedInPause;
  /** Until something changes; not where a request came since they were looked at. */
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
    events.onPaused(stepsDone());
  }

  function goOn(next: "running" | "stepping"): void {
    if (isOver) return;
    state = next;
    toldPaused = false;
    events.onResumed(stepsDone());
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

  /** With nothing under way on the engine. */
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
      if (isOver) return;
      if (state !== "paused") numPauses += 1;
      state = "paused";
      if (idle) tellPaused();
      wake();
    },
    resume: () => goOn("running"),
    step: () => goOn("stepping"),
    request(request) {
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
