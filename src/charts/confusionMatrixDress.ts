/**
 * Restyles the confusion matrix of tfjs-vis for the page: correct predictions in one accent colour, confusions in the other,
 * whole class names along both sides, and a number only where it is large enough to matter.
 */

import { type LayerSpec, type SpecChanges, sharedConfig } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { mix, textSwitch } from "./colors.ts";
import { COLUMN_NAME_ANGLE } from "./columnNames.ts";

export interface ConfusionMatrixLook {
  readonly palette: ChartPalette;
  readonly fontSize: number;
  /** In the order of rows and columns. */
  readonly classes: readonly string[];
}

/** A confusion this frequent, in percent of its row, has the full colour, so that confusions are visible early. */
export const FULL_CONFUSION_PERCENT = 40;
/** A cell below this percentage of its row shows no number. */
const LEAST_NUMBER_PERCENT = 4.5;

const RIGHT = "datum.label === datum.prediction";

/** tfjs-vis' fields are `label` (the true class), `prediction` and `count` (here the percentage of the row). */
export function dressConfusionMatrix(
  layers: readonly LayerSpec[],
  { palette, fontSize, classes }: ConfusionMatrixLook,
): SpecChanges {
  const [cells] = layers;
  const shades = (accent: string) => [mix(palette.card, accent, 0.06), accent] as const;
  const confused = shades(palette.ordinary);
  const right = shades(palette.separable);
  const turns = (range: readonly [string, string], most: number) =>
    (textSwitch(range, palette.ink, palette.onFill) * most).toFixed(0);
  const cell = (filter: string, range: readonly string[], most: number): LayerSpec => ({
    ...cells,
    transform: [{ filter }],
    mark: { type: "rect", cornerRadius: 3, tooltip: null },
    encoding: {
      color: {
        field: "count",
        type: "quantitative",
        legend: null,
        scale: { domain: [0, most], clamp: true, range, interpolate: "rgb" },
      },
    },
  });
  return {
    config: {
      ...sharedConfig(palette, fontSize),
      scale: { bandPaddingInner: 0.07, bandPaddingOuter: 0.035 },
    },
    // Leaves room for the end of the last slanted name.
    padding: { left: 0, top: 4, right: 6, bottom: 0 },
    resolve: { scale: { color: "independent" } },
    encoding: {
      x: {
        field: "prediction",
        type: "ordinal",
        scale: { domain: classes },
        axis: {
          orient: "top",
          title: null,
          labelAngle: COLUMN_NAME_ANGLE,
          labelAlign: "left",
          labelBaseline: "middle",
          labelLimit: 0,
          labelOverlap: false,
          labelOffset: 2,
        },
      },
      y: {
        field: "label",
        type: "ordinal",
        scale: { domain: classes },
        axis: { title: null, labelLimit: 0, labelOverlap: false },
      },
    },
    layer: [
      cell(`!(${RIGHT})`, confused, FULL_CONFUSION_PERCENT),
      cell(RIGHT, right, 100),
      {
        transform: [{ filter: `datum.count >= ${LEAST_NUMBER_PERCENT}` }],
        mark: { type: "text", baseline: "middle", fontSize: fontSize - 0.5, tooltip: null },
        encoding: {
          text: { field: "count", type: "quantitative", format: ".0f" },
          color: {
            condition: {
              test: `datum.count >= (${RIGHT} ? ${turns(right, 100)} : ${turns(confused, FULL_CONFUSION_PERCENT)})`,
              value: palette.onFill,
            },
            value: palette.ink,
          },
        },
      },
    ],
  };
}
