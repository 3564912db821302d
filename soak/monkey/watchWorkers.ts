/** Runs in the page before its own code: keeps which worker and run took a training step, in order. */

interface WatchedStep {
  readonly worker: number;
  readonly runId: string;
}

declare global {
  interface Window {
    /** Steps of training since the page was loaded. */
    readonly watchedSteps: WatchedStep[];
  }
}

/** Handed to the page as source: it can use nothing from outside itself. */
export function watchWorkers(): void {
  const steps: WatchedStep[] = [];
  Object.defineProperty(window, "watchedSteps", { value: steps });
  let workers = 0;
  window.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      workers += 1;
      const worker = workers;
      this.addEventListener("message", ({ data }) => {
        if (data?.type === "step.completed") steps.push({ worker, runId: data.runId });
      });
    }
  };
}
