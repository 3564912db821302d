/**
 * Decides when a chart is drawn: at most once in an interval, never while the page is hidden, never twice
 * at a time, and always once more after the last change. Owns no drawing.
 */

/** The part of `document` that says whether anybody is looking. */
export interface PageVisibility {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", listener: () => void): void;
  removeEventListener(type: "visibilitychange", listener: () => void): void;
}

export interface RedrawScheduler {
  /**
   * Asks for a redraw: with the others asked for in this interval, as one.
   * @param immediately do not wait for the interval to pass (a new theme, not a new number)
   */
  request(immediately?: boolean): void;
  dispose(): void;
}

export interface RedrawSchedulerOptions {
  readonly page: PageVisibility;
  /** Gets what `draw` throws: a chart that fails must not stop the training beside it, nor hide it. */
  readonly onError: (error: unknown) => void;
  readonly minIntervalMs?: number;
}

/** Name of the `performance.measure` of each redraw. */
const REDRAW_MEASURE = "chart redraw";

/** tfjs-vis builds its chart anew each time: two redraws a second keep the page smooth. */
const MIN_REDRAW_INTERVAL_MS = 500;

export function createRedrawScheduler(
  draw: () => Promise<void>,
  { page, onError, minIntervalMs = MIN_REDRAW_INTERVAL_MS }: RedrawSchedulerOptions,
): RedrawScheduler {
  let pending = false;
  let drawing = false;
  let disposed = false;
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(): void {
    if (!pending || drawing || disposed || page.hidden || timer !== undefined) return;
    timer = setTimeout(run, Math.max(0, notBefore - performance.now()));
  }

  function run(): void {
    timer = undefined;
    if (page.hidden) return;
    pending = false;
    drawing = true;
    const start = performance.now();
    notBefore = start + minIntervalMs;
    draw()
      .catch((error: unknown) => {
        if (!disposed) onError(error);
      })
      .finally(() => {
        drawing = false;
        // Seen in the browser's profiler and by the bench; only the newest is kept.
        performance.clearMeasures(REDRAW_MEASURE);
        performance.measure(REDRAW_MEASURE, { start });
        schedule();
      });
  }

  page.addEventListener("visibilitychange", schedule);
  return {
    request(immediately = false) {
      pending = true;
      if (immediately) {
        clearTimeout(timer);
        timer = undefined;
        notBefore = 0;
      }
      schedule();
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
      page.removeEventListener("visibilitychange", schedule);
    },
  };
}
