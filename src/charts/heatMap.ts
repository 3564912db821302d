/** Draws a table of shares as a heat map with tfjs-vis, with its numbers in the cells. */
import { layDress, wornView } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { dressHeatMap, type HeatMapTitles, type HeatTable } from "./heatMapDress.ts";
import { type Chart, createPlot, type PlotOptions } from "./plot.ts";
import { loadHeatMap } from "./tfjsVis.ts";
import "./charts.css";

export interface HeatMap extends Chart {
  /** @param words the text alternative */
  update(table: HeatTable, titles: HeatMapTitles, words: string): void;
  /** Returns the picture as it is shown. */
  toSvg(): Promise<string>;
}

const FONT_SIZE = 11;

/** Draws into `container`, whose height must come from CSS. */
export function createHeatMap(
  container: HTMLElement,
  options: PlotOptions & { readonly label: string },
): HeatMap {
  let shown: { readonly table: HeatTable; readonly titles: HeatMapTitles } | null = null;
  const plot = createPlot(container, options, draw);
  const { element } = plot;
  element.setAttribute("role", "img");
  container.replaceChildren(element);

  async function draw(palette: ChartPalette, isDisposed: () => boolean): Promise<void> {
    if (shown === null) return;
    const { table, titles } = shown;
    const { columns, rows, means } = table;
    layDress(element, () => dressHeatMap({ palette, fontSize: FONT_SIZE, titles, table }));
    const render = await loadHeatMap();
    if (isDisposed()) return;
    await render(
      element,
      {
        // An empty cell is no number, and the dress leaves it out.
        values: means.map((column) => column.map((share) => (share === null ? -1 : 100 * share))),
        xTickLabels: [...columns],
        yTickLabels: [...rows],
      },
      { width: element.clientWidth, height: element.clientHeight, fontSize: FONT_SIZE },
    );
  }

  return {
    update(table, titles, words) {
      shown = { table, titles };
      element.setAttribute("aria-label", `${options.label}: ${words}`);
      plot.request();
    },
    toSvg: () => wornView(element).toSVG(),
    setTheme: plot.setTheme,
    dispose: plot.dispose,
  };
}
