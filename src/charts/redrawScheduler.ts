/**
 * Throttles the redraws of a chart: at most one in an interval, none while the page is hidden, never two at a time, and always
 * one after the last change. The caller draws.
 */

/** The part of `document` that tells whether the page is visible. */
export interface PageVisibility {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", listener: () => void): void;
  removeEventListener(type: "visibilitychange", listener: () => void): void;
}

export interface RedrawScheduler {
  /**
   * Requests a redraw. All requests in an interval are merged into one.
   * @param immediately do not wait for the interval to pass, for a new theme and not for a new number
   */
  request(immediately?: boolean): void;
  dispose(): void;
}

export interface RedrawSchedulerOptions {
  readonly page: PageVisibility;
  /** Receives what `draw` throws. A failing chart must neither stop the training nor fail silently. */
  readonly onError: (error: unknown) => void;
  readonly minIntervalMs?: number;
}

/** Name of the `performance.measure` of each redraw. */
const REDRAW_MEASURE = "chart redraw";

/** tfjs-vis rebuilds its chart each time. Two redraws a second keep the page responsive. */
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
        // The browser's profiler and the benchmarks read this. Only the newest is kept.
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
