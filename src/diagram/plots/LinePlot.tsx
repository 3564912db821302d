/**
 * Curves over each other as SVG, for the page and for files. Its caller reduces the curves to the plot's width. tfjs-vis draws
 * neither logarithmic axes nor a dozen curves in time, and its pictures are canvases that cannot be saved as SVG.
 */
import { memo } from "react";
import { type PlotPalette, seriesStyle } from "./plotPalette.ts";
import { linearScale, logScale, type Scale } from "./plotScale.ts";

export interface PlotLine {
  readonly name: string;
  /** Determines its colour and dashes. */
  readonly index: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** The edges of a band around the curve, at its own x positions. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
}

export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly logarithmic: boolean;
  readonly xTitle: string;
  readonly xText: (x: number) => string;
  readonly yText: (y: number) => string;
}

const MARGIN = { left: 52, right: 22, top: 10, bottom: 36 } as const;
const FONT_SIZE = 11;

export interface PlotScales {
  readonly x: Scale;
  readonly y: Scale;
}

export function plotScales({
  width,
  height,
  xDomain,
  yDomain,
  logarithmic,
}: PlotFrame): PlotScales {
  const inner = [height - MARGIN.bottom, MARGIN.top] as const;
  return {
    x: linearScale(xDomain, [MARGIN.left, width - MARGIN.right], Math.max(2, width / 110)),
    y: (logarithmic ? logScale : linearScale)(yDomain, inner, 5),
  };
}

/**
 * Returns a range for the values of all curves. A linear axis begins at 0 when no value is lower.
 * @param most the highest value the axis may show, such as 1 for shares
 */
export function yDomainOf(
  lines: readonly PlotLine[],
  logarithmic: boolean,
  most = Number.POSITIVE_INFINITY,
): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y, band } of lines)
    for (const values of [y, band?.low ?? [], band?.high ?? []])
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index] ?? 0;
        if (logarithmic && value <= 0) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
  if (low > high) return logarithmic ? [0.1, 1] : [0, 1];
  if (logarithmic) return [low / 1.1, Math.min(most, high * 1.1)];
  return [Math.min(0, low), Math.min(most, high * 1.05) || 1];
}

interface LinePlotProps {
  readonly frame: PlotFrame;
  readonly lines: readonly PlotLine[];
  readonly palette: PlotPalette;
}

/** The contents of an `svg` of the frame's size. It redraws only when its props change. */
export const LinePlot = memo(({ frame, lines, palette }: LinePlotProps) => {
  const scales = plotScales(frame);
  return (
    <g fontSize={FONT_SIZE} fontFamily="system-ui, sans-serif">
      <Axes frame={frame} scales={scales} palette={palette} />
      {lines.map(({ name, index, x, y, band }) => {
        const { color, dash } = seriesStyle(palette, index);
        return (
          <g key={name}>
            {band !== undefined && (
              <path d={bandPath(x, band, scales)} fill={color} opacity={0.16} />
            )}
            <path
              d={linePath(x, y, scales)}
              fill="none"
              stroke={color}
              strokeWidth={1.8}
              strokeLinejoin="round"
              strokeDasharray={dash}
            />
            {x.length === 1 && (
              <circle
                cx={scales.x.place(x[0] ?? 0)}
                cy={scales.y.place(y[0] ?? 0)}
                r={3}
                fill={color}
              />
            )}
          </g>
        );
      })}
    </g>
  );
});

export function Axes({
  frame,
  scales,
  palette,
}: Omit<LinePlotProps, "lines"> & { readonly scales: PlotScales }) {
  const { width, height } = frame;
  const bottom = height - MARGIN.bottom;
  return (
    <>
      {scales.y.ticks.map((tick) => {
        const at = scales.y.place(tick);
        return (
          <g key={tick}>
            <line
              x1={MARGIN.left}
              x2={width - MARGIN.right}
              y1={at}
              y2={at}
              stroke={palette.line}
            />
            <text x={MARGIN.left - 6} y={at + 4} textAnchor="end" fill={palette.soft}>
              {frame.yText(tick)}
            </text>
          </g>
        );
      })}
      {scales.x.ticks.map((tick) => (
        <text
          key={tick}
          x={scales.x.place(tick)}
          y={bottom + 15}
          textAnchor="middle"
          fill={palette.soft}
        >
          {frame.xText(tick)}
        </text>
      ))}
      <text x={width - MARGIN.right} y={height - 5} textAnchor="end" fill={palette.soft}>
        {frame.xTitle}
      </text>
    </>
  );
}

function linePath(x: ArrayLike<number>, y: ArrayLike<number>, scales: PlotScales): string {
  const parts: string[] = [];
  for (let index = 0; index < x.length; index += 1)
    parts.push(pointText(x[index], y[index], scales));
  return parts.length === 0 ? "" : `M${parts.join("L")}`;
}

function bandPath(
  x: ArrayLike<number>,
  { low, high }: NonNullable<PlotLine["band"]>,
  scales: PlotScales,
): string {
  const parts: string[] = [];
  for (let index = 0; index < x.length; index += 1)
    parts.push(pointText(x[index], high[index], scales));
  for (let index = x.length - 1; index >= 0; index -= 1)
    parts.push(pointText(x[index], low[index], scales));
  return parts.length === 0 ? "" : `M${parts.join("L")}Z`;
}

/** Tenths of a pixel are enough, and keep the text short. */
function pointText(x: number | undefined, y: number | undefined, scales: PlotScales): string {
  return `${scales.x.place(x ?? 0).toFixed(1)} ${scales.y.place(y ?? 0).toFixed(1)}`;
}
