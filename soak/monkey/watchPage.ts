/**
 * Runs in the page before its own code. It records which worker and run took each training step, and counts visible changes.
 */

interface WatchedStep {
  readonly worker: number;
  readonly runId: string;
}

declare global {
  interface Window {
    readonly watched: {
      /** Training steps since the page was loaded, in order. */
      readonly steps: WatchedStep[];
      /**
       * How often a status, an alert or a button changed its text or became enabled or disabled. Changes of numbers alone are
       * not counted.
       */
      turns: number;
    };
  }
}

/** Passed to the page as source, so it cannot use anything outside of itself. */
export function watchPage(): void {
  const watched: Window["watched"] = { steps: [], turns: 0 };
  Object.defineProperty(window, "watched", { value: watched });

  let workers = 0;
  window.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      workers += 1;
      const worker = workers;
      this.addEventListener("message", ({ data }) => {
        if (data?.type === "step.completed") watched.steps.push({ worker, runId: data.runId });
      });
    }
  };

  let before = "";
  new MutationObserver(() => {
    const words = [...document.querySelectorAll("button, [role=status], [role=alert]")]
      .map((element) => {
        // The text beside a status counts too, because it announces a delayed pause.
        const place = element.getAttribute("role") === "status" ? element.parentElement : element;
        return `${place?.textContent} ${element.getAttribute("aria-disabled") ?? ""}`;
      })
      .join("|")
      .replaceAll(/[\d,.]+/g, "#");
    if (words !== before) watched.turns += 1;
    before = words;
  }).observe(document, {
    ...{ subtree: true, childList: true, characterData: true },
    attributeFilter: ["aria-disabled"],
  });
}
