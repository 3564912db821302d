/** Parallel coordinates as SVG: an upright axis for each quantity, and a line across them for each run. tfjs-vis has none. */
import { memo } from "react";
import type { PlotPalette } from "./plotPalette.ts";

export interface ParallelPlotProps {
  readonly axes: readonly {
    readonly title: string;
    readonly ticks: readonly { readonly place: number; readonly text: string }[];
    /** The place of each line in `[0, 1]`; `null` where it has none. */
    readonly places: readonly (number | null)[];
  }[];
  /** How strongly each line is drawn, in `[0, 1]`. */
  readonly weights: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly palette: PlotPalette;
}

const MARGIN = { left: 46, right: 66, top: 34, bottom: 12 } as const;
/** A title has this room on each side of its axis. */
const LETTER_WIDTH = 6;

export const ParallelPlot = memo((props: ParallelPlotProps) => {
  const { axes, weights, width, height, palette } = props;
  const gap = (width - MARGIN.left - MARGIN.right) / Math.max(1, axes.length - 1);
  const x = (index: number) => MARGIN.left + index * gap;
  const y = (place: number) => MARGIN.top + (1 - place) * (height - MARGIN.top - MARGIN.bottom);
  const order = weights
    .map((_, line) => line)
    .sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0));
  return (
    <g fontSize={11} fontFamily="system-ui, sans-serif">
      {order.map((line) => {
        const points = axes.flatMap(({ places }, index) => {
          const place = places[line] ?? null;
          return place === null ? [] : [`${x(index).toFixed(1)} ${y(place).toFixed(1)}`];
        });
        const weight = weights[line] ?? 0;
        return (
          <path
            key={line}
            d={`M${points.join("L")}`}
            fill="none"
            stroke={palette.right}
            strokeOpacity={0.15 + 0.85 * weight}
            strokeWidth={1 + 1.6 * weight}
          />
        );
      })}
      {axes.map(({ title, ticks }, index) => (
        <g key={title}>
          <line x1={x(index)} x2={x(index)} y1={y(1)} y2={y(0)} stroke={palette.soft} />
          <text
            x={x(index)}
            y={index % 2 === 0 ? 12 : 25}
            textAnchor={index === 0 ? "start" : index === axes.length - 1 ? "end" : "middle"}
            dx={index === 0 ? -MARGIN.left + 2 : index === axes.length - 1 ? MARGIN.right - 4 : 0}
            fill={palette.ink}
            fontWeight={600}
          >
            {cut(title, Math.max(8, Math.floor((2 * gap) / LETTER_WIDTH)))}
          </text>
          {ticks.map(({ place, text }) => (
            <g key={text}>
              <line
                x1={x(index) - 3}
                x2={x(index) + 3}
                y1={y(place)}
                y2={y(place)}
                stroke={palette.soft}
              />
              <text
                x={x(index) + 6}
                y={y(place) + 4}
                fill={palette.ink}
                stroke={palette.card}
                strokeWidth={3}
                paintOrder="stroke"
              >
                {cut(text, Math.max(6, Math.floor(gap / LETTER_WIDTH)))}
              </text>
            </g>
          ))}
        </g>
      ))}
    </g>
  );
});

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
