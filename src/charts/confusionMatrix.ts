/**
 * Draws a confusion matrix with tfjs-vis and adds what tfjs-vis does not have: cells that can be reached and chosen, and the
 * accuracy of each class at the end of its row. The page decides what a chosen cell opens.
 */
import { type CellGrid, createCellGrid } from "./cellGrid.ts";
import { layDress, undress, wornView } from "./chartDress.ts";
import { type ChartTheme, chartPalette } from "./chartPalette.ts";
import { columnNameOverhang, textWidths } from "./columnNames.ts";
import { dressConfusionMatrix } from "./confusionMatrixDress.ts";
import { type ConfusionCell, confusionRows } from "./confusionRows.ts";
import { perClassAccuracy } from "./perClassAccuracy.ts";
import { createPerClassBars, type PerClassBars } from "./perClassBars.ts";
import { createRedrawScheduler } from "./redrawScheduler.ts";
import { loadConfusionMatrix } from "./tfjsVis.ts";
import "./charts.css";

export interface ConfusionMatrixOptions {
  /** Names of the classes, all different, in the order of the counts. */
  readonly classes: readonly string[];
  readonly theme: ChartTheme;
  /** The figure's accessible name. Default: `Confusion matrix`. */
  readonly label?: string;
  /** Whether bars are drawn at the ends of the rows. Default: true. */
  readonly perClass?: boolean;
  /** In CSS pixels. Default: 11. */
  readonly fontSize?: number;
  /** Called with the cell under the pointer or with keyboard focus, which a text beside the matrix describes. */
  readonly onCell?: (cell: ConfusionCell | null) => void;
  /** Called when a cell was clicked, tapped or activated by keyboard. It stays outlined. */
  readonly onChoose?: (cell: ConfusionCell) => void;
  readonly onError?: (error: unknown) => void;
}

export interface ConfusionMatrix {
  /**
   * @param counts `[classes, classes]`, row-major; rows are the true class
   * @throws PlaygroundError `internal` when the number of counts does not match the number of classes
   */
  update(counts: ArrayLike<number>): void;
  /** Outlines a cell, or none, without a user's action. */
  choose(cell: Pick<ConfusionCell, "trueClass" | "predictedClass"> | null): void;
  setTheme(theme: ChartTheme): void;
  resize(): void;
  dispose(): void;
}

/** Draws into `container`, whose height must come from CSS (`.chart-matrix` gives 300 px). */
export function createConfusionMatrix(
  container: HTMLElement,
  options: ConfusionMatrixOptions,
): ConfusionMatrix {
  const { classes, fontSize = 11, onError = reportError } = options;
  let { theme } = options;
  let rows: readonly (readonly ConfusionCell[])[] = [];
  let drawnSize = "";
  let disposed = false;

  const figure = document.createElement("div");
  figure.className = "matrix-figure";
  figure.setAttribute("role", "figure");
  figure.setAttribute("aria-label", options.label ?? "Confusion matrix");
  const plot = document.createElement("div");
  plot.className = "chart-plot";
  plot.setAttribute("aria-hidden", "true");
  const grid: CellGrid = createCellGrid({
    classes,
    onCell: options.onCell ?? (() => {}),
    onChoose: options.onChoose ?? (() => {}),
  });
  grid.element.hidden = true;
  figure.append(plot, grid.element);
  const bars: PerClassBars | undefined =
    options.perClass === false ? undefined : createPerClassBars();
  container.classList.add("chart", "chart-matrix");
  container.classList.toggle("with-bars", bars !== undefined);
  container.replaceChildren(figure, ...(bars === undefined ? [] : [bars.element]));

  const scheduler = createRedrawScheduler(draw, { page: document, onError });
  const observer = new ResizeObserver(() => {
    if (sizeOf(plot) !== drawnSize) scheduler.request();
  });
  observer.observe(plot);

  async function draw(): Promise<void> {
    if (rows.length === 0 || plot.clientWidth === 0 || plot.clientHeight === 0) return;
    drawnSize = sizeOf(plot);
    const palette = chartPalette(container, theme);
    layDress(plot, (layers) => dressConfusionMatrix(layers, { palette, fontSize, classes }));
    const render = await loadConfusionMatrix();
    if (disposed) return;
    const nameWidths = textWidths(classes, fontSize, palette.fontFamily);
    const overhang = columnNameOverhang(nameWidths, fontSize, plot.clientWidth);
    await render(
      plot,
      {
        values: rows.map((row) => row.map((cell) => cell.rowShare * 100)),
        tickLabels: [...classes],
      },
      {
        // The last slanted name extends over the bars; reserving space for it would narrow the cells.
        width: plot.clientWidth + (bars === undefined ? 0 : overhang),
        height: plot.clientHeight,
        fontSize,
      },
    );
    const view = wornView(plot);
    if (disposed) {
      undress(plot);
      return;
    }
    const [left, top] = view.origin();
    const box = { left, top, width: view.signal("width"), height: view.signal("height") };
    grid.place(box);
    bars?.place(box);
    grid.element.hidden = false;
  }

  return {
    update(counts) {
      rows = confusionRows(counts, classes.length);
      grid.setCells(rows);
      bars?.setAccuracies(perClassAccuracy(counts, classes));
      scheduler.request();
    },
    choose(cell) {
      if (cell === null) grid.clearChoice();
      else grid.choose(cell.trueClass, cell.predictedClass);
    },
    setTheme(newTheme) {
      theme = newTheme;
      scheduler.request(true);
    },
    resize: () => scheduler.request(),
    dispose() {
      disposed = true;
      observer.disconnect();
      scheduler.dispose();
      undress(plot);
      container.replaceChildren();
    },
  };
}

function sizeOf(element: HTMLElement): string {
  return `${element.clientWidth}x${element.clientHeight}`;
}
