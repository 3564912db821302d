/** Restyles the heat map of tfjs-vis for the page: one accent colour, from the lowest share to the highest, and the numbers. */
import { greatestOf, leastOf } from "../core/numbers.ts";
import { type SpecChanges, sharedConfig } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { mix, textSwitch } from "./colors.ts";

export interface HeatTable {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** `[columns][rows]` shares in `[0, 1]`; `null` for an empty cell. */
  readonly means: readonly (readonly (number | null)[])[];
}

export interface HeatMapTitles {
  readonly x: string;
  readonly y: string;
}

export interface HeatMapLook {
  readonly palette: ChartPalette;
  readonly fontSize: number;
  readonly titles: HeatMapTitles;
  readonly table: HeatTable;
}

/** tfjs-vis' fields are `x`, `y` and `value`, here a share in per cent and below 0 for an empty cell. It numbers its labels. */
export function dressHeatMap({ palette, fontSize, titles, table }: HeatMapLook): SpecChanges {
  const shares = table.means.flat().filter((share) => share !== null);
  const low = 100 * leastOf(shares);
  // Cells that are all equal have the colour of the lowest.
  const high = Math.max(100 * greatestOf(shares), low + 0.1);
  const range: readonly [string, string] = [
    mix(palette.card, palette.separable, 0.08),
    palette.separable,
  ];
  const turn = low + textSwitch(range, palette.ink, palette.onFill) * (high - low);
  const axis = (title: string) => ({
    title,
    labelAngle: 0,
    labelExpr: "replace(datum.value, regexp('@tfidx@\\\\d+$'), '')",
  });
  return {
    config: {
      ...sharedConfig(palette, fontSize),
      scale: { bandPaddingInner: 0.05, bandPaddingOuter: 0.025 },
    },
    padding: { left: 0, top: 4, right: 6, bottom: 4 },
    encoding: {
      x: { field: "x", type: "ordinal", sort: false, axis: axis(titles.x) },
      y: { field: "y", type: "ordinal", sort: false, axis: axis(titles.y) },
    },
    layer: [
      {
        transform: [{ filter: "datum.value >= 0" }],
        mark: { type: "rect", cornerRadius: 3, tooltip: null },
        encoding: {
          color: {
            field: "value",
            type: "quantitative",
            legend: null,
            scale: { domain: [low, high], range, interpolate: "rgb" },
          },
        },
      },
      {
        transform: [{ filter: "datum.value >= 0" }],
        mark: { type: "text", baseline: "middle", fontSize, tooltip: null },
        encoding: {
          text: { field: "value", type: "quantitative", format: ".1f" },
          color: {
            condition: { test: `datum.value >= ${turn.toFixed(3)}`, value: palette.onFill },
            value: palette.ink,
          },
        },
      },
    ],
  };
}
