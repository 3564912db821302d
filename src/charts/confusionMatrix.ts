/**
 * Draws a confusion matrix with tfjs-vis and adds what tfjs-vis does not have: cells that can be reached and chosen, and the
 * accuracy of each class at the end of its row. The page decides what a chosen cell opens.
 */
import { createCellGrid } from "./cellGrid.ts";
import { layDress, wornView } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { columnNameOverhang, textWidths } from "./columnNames.ts";
import { dressConfusionMatrix } from "./confusionMatrixDress.ts";
import { type ConfusionCell, confusionRows } from "./confusionRows.ts";
import { perClassAccuracy } from "./perClassAccuracy.ts";
import { createPerClassBars } from "./perClassBars.ts";
import { type Chart, createPlot, type PlotOptions } from "./plot.ts";
import { loadConfusionMatrix } from "./tfjsVis.ts";
import "./charts.css";

export interface ConfusionMatrixOptions extends PlotOptions {
  /** Names of the classes, all different, in the order of the counts. */
  readonly classes: readonly string[];
  /** In CSS pixels. Default: 11. */
  readonly fontSize?: number;
  /** Called with the cell under the pointer or with keyboard focus, which a text beside the matrix describes. */
  readonly onCell?: (cell: ConfusionCell | null) => void;
  /** Called when a cell was clicked, tapped or activated by keyboard. It stays outlined. */
  readonly onChoose?: (cell: ConfusionCell) => void;
}

export interface ConfusionMatrix extends Chart {
  /**
   * @param counts `[classes, classes]`, row-major; rows are the true class
   * @throws PlaygroundError `internal` when the number of counts does not match the number of classes
   */
  update(counts: ArrayLike<number>): void;
  /** Outlines a cell, or none, without a user's action. */
  choose(cell: Pick<ConfusionCell, "trueClass" | "predictedClass"> | null): void;
}

/** Draws into `container`, whose height must come from CSS (`.chart-matrix` gives 300 px). */
export function createConfusionMatrix(
  container: HTMLElement,
  options: ConfusionMatrixOptions,
): ConfusionMatrix {
  const { classes, fontSize = 11 } = options;
  let rows: readonly (readonly ConfusionCell[])[] = [];

  const figure = document.createElement("div");
  figure.className = "matrix-figure";
  figure.setAttribute("role", "figure");
  figure.setAttribute("aria-label", "Confusion matrix");
  const plot = createPlot(container, options, draw);
  const { element } = plot;
  element.setAttribute("aria-hidden", "true");
  const grid = createCellGrid({
    classes,
    onCell: options.onCell ?? (() => {}),
    onChoose: options.onChoose ?? (() => {}),
  });
  grid.element.hidden = true;
  figure.append(element, grid.element);
  const bars = createPerClassBars();
  container.classList.add("chart-matrix", "with-bars");
  container.replaceChildren(figure, bars.element);

  async function draw(palette: ChartPalette, isDisposed: () => boolean): Promise<void> {
    if (rows.length === 0) return;
    layDress(element, (layers) => dressConfusionMatrix(layers, { palette, fontSize, classes }));
    const render = await loadConfusionMatrix();
    if (isDisposed()) return;
    const nameWidths = textWidths(classes, fontSize, palette.fontFamily);
    const overhang = columnNameOverhang(nameWidths, fontSize, element.clientWidth);
    await render(
      element,
      {
        values: rows.map((row) => row.map((cell) => cell.rowShare * 100)),
        tickLabels: [...classes],
      },
      {
        // The last slanted name extends over the bars; reserving space for it would narrow the cells.
        width: element.clientWidth + overhang,
        height: element.clientHeight,
        fontSize,
      },
    );
    const view = wornView(element);
    if (isDisposed()) return;
    const [left, top] = view.origin();
    const box = { left, top, width: view.signal("width"), height: view.signal("height") };
    grid.place(box);
    bars.place(box);
    grid.element.hidden = false;
  }

  return {
    update(counts) {
      rows = confusionRows(counts, classes.length);
      grid.setCells(rows);
      bars.setAccuracies(perClassAccuracy(counts, classes));
      plot.request();
    },
    choose(cell) {
      if (cell === null) grid.clearChoice();
      else grid.choose(cell.trueClass, cell.predictedClass);
    },
    setTheme: plot.setTheme,
    dispose: plot.dispose,
  };
}
