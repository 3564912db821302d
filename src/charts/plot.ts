/**
 * What all charts by tfjs-vis share: the element that it draws into, and redrawing for new data, a new size and a new theme.
 */
import { undress } from "./chartDress.ts";
import { type ChartPalette, type ChartTheme, chartPalette } from "./chartPalette.ts";
import { createRedrawScheduler } from "./redrawScheduler.ts";

export interface PlotOptions {
  readonly theme: ChartTheme;
  /** Receives the error of a failed drawing. Default: the page's own error report. */
  readonly onError?: (error: unknown) => void;
}

export interface Chart {
  setTheme(theme: ChartTheme): void;
  /** Empties the container and frees all resources. */
  dispose(): void;
}

export interface Plot extends Chart {
  readonly element: HTMLElement;
  request(): void;
}

/**
 * @param container the chart's element, whose colours are those of the palette
 * @param draw draws into the plot's element, which has a size. It asks `isDisposed` after every wait.
 */
export function createPlot(
  container: HTMLElement,
  { theme: firstTheme, onError = reportError }: PlotOptions,
  draw: (palette: ChartPalette, isDisposed: () => boolean) => Promise<void>,
): Plot {
  let theme = firstTheme;
  let drawnSize = "";
  let disposed = false;
  const element = document.createElement("div");
  element.className = "chart-plot";
  container.classList.add("chart");

  const scheduler = createRedrawScheduler(redraw, { page: document, onError });
  const observer = new ResizeObserver(() => {
    if (sizeOf(element) !== drawnSize) scheduler.request();
  });
  observer.observe(element);

  async function redraw(): Promise<void> {
    // A chart in a folded section has no size. The observer redraws when the section opens.
    if (element.clientWidth === 0 || element.clientHeight === 0) return;
    drawnSize = sizeOf(element);
    await draw(chartPalette(container, theme), () => disposed);
    if (disposed) undress(element);
  }

  return {
    element,
    request: () => scheduler.request(),
    setTheme(newTheme) {
      theme = newTheme;
      scheduler.request(true);
    },
    dispose() {
      disposed = true;
      observer.disconnect();
      scheduler.dispose();
      undress(element);
      container.replaceChildren();
    },
  };
}

function sizeOf(element: HTMLElement): string {
  return `${element.clientWidth}x${element.clientHeight}`;
}
