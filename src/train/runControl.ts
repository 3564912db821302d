/**
 * Where a run stands between two steps: running, paused, or taking one step. Commands arrive at any time and take
 * effect at the next gate, which the loop passes before every step, so within one step. Requests for other work
 * (a test, some images) are served at the gate too, also while paused.
 */
import type { LentNetwork } from "./lentNetwork.ts";

export type RunRequest =
  /** Evaluate on the whole test set. */
  | { readonly type: "test" }
  /** Deliver the pixels of test images. */
  | { readonly type: "images"; readonly indices: readonly number[] }
  /** Lend the network to somebody who reads it and answers for his own failures. */
  | { readonly type: "lend"; readonly use: (network: LentNetwork) => Promise<void> };

export type ServeRequest = (request: RunRequest) => Promise<void>;

export interface RunControl {
  pause(): void;
  resume(): void;
  /** Takes one step, then pauses. */
  step(): void;
  /** Other work for the network; done in order, at the next gate. */
  request(request: RunRequest): void;
}

export interface Gate extends RunControl {
  /**
   * Resolves when the next step may be taken.
   * @param step steps done
   */
  pass(serve: ServeRequest, step: number): Promise<void>;
  /** True where the loop will stop at the next gate: what has gathered is worth reporting now. */
  readonly closing: boolean;
  /** Waits while paused, in the middle of other work than a step: a pause must not wait for a whole test. */
  hold(step: number): Promise<void>;
  /** Serves requests until the worker ends; for a run whose steps are done. */
  stayOpen(serve: ServeRequest): Promise<never>;
}

export interface GateEvents {
  /** @param step steps done */
  onPaused(step: number): void;
  onResumed(step: number): void;
}

export function createGate(events: GateEvents, startPaused: boolean): Gate {
  let state: "running" | "paused" | "stepping" = startPaused ? "stepping" : "running";
  let wake: (() => void) | undefined;
  const requests: RunRequest[] = [];

  const change = (next: typeof state) => {
    state = next;
    wake?.();
  };
  const serveAll = async (serve: ServeRequest) => {
    for (let next = requests.shift(); next !== undefined; next = requests.shift())
      await serve(next);
  };
  const sleep = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  const waitWhilePaused = async (step: number, onWake: () => Promise<void>) => {
    if (state !== "paused") return;
    events.onPaused(step);
    while (state === "paused") {
      await sleep();
      await onWake();
    }
    events.onResumed(step);
  };

  return {
    pause: () => change("paused"),
    resume: () => change("running"),
    step: () => change("stepping"),
    request(request) {
      requests.push(request);
      wake?.();
    },
    get closing() {
      return state !== "running";
    },
    async pass(serve, step) {
      await serveAll(serve);
      await waitWhilePaused(step, () => serveAll(serve));
      if (state === "stepping") state = "paused";
    },
    hold: (step) => waitWhilePaused(step, async () => {}),
    async stayOpen(serve) {
      for (;;) {
        await serveAll(serve);
        // One may have come while the last answer settled.
        if (requests.length === 0) await sleep();
      }
    },
  };
}
