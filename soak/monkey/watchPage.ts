/** Runs in the page before its own code: keeps which worker and run took a training step, and counts what a press changes. */

interface WatchedStep {
  readonly worker: number;
  readonly runId: string;
}

declare global {
  interface Window {
    readonly watched: {
      /** Steps of training since the page was loaded, in order. */
      readonly steps: WatchedStep[];
      /** How often what is said, or what a button is called or can do, became another, numbers apart. */
      turns: number;
    };
  }
}

/** Handed to the page as source: it can use nothing from outside itself. */
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
        // The quiet words beside a status count, too: a pause that takes its time is told there.
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
