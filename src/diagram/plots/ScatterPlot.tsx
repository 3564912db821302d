/** Points with two numbers each as SVG, for the page and for files, and a line through those that no other one dominates. */
import { Axes, type PlotFrame, plotScales } from "./LinePlot.tsx";
import { type PlotPalette, seriesStyle } from "./plotPalette.ts";

export interface PlotPoint {
  /** The number beside it, which names it in the legend. */
  readonly label: string;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

export function ScatterPlot(props: {
  readonly frame: PlotFrame;
  readonly points: readonly PlotPoint[];
  /** The points on the line, ascending in `x`. */
  readonly front: readonly PlotPoint[];
  /** The points whose labels are shown. */
  readonly numbered: readonly PlotPoint[];
  readonly palette: PlotPalette;
}) {
  const { frame, points, front, numbered, palette } = props;
  const scales = plotScales(frame);
  const place = ({ x, y }: PlotPoint) =>
    `${scales.x.place(x).toFixed(1)} ${scales.y.place(y).toFixed(1)}`;
  return (
    <g fontSize={11} fontFamily="system-ui, sans-serif">
      <Axes frame={frame} scales={scales} palette={palette} />
      {front.length > 1 && (
        <path
          d={`M${front.map(place).join("L")}`}
          fill="none"
          stroke={palette.soft}
          strokeDasharray="3 3"
        />
      )}
      {points.map((point) => {
        const [x, y] = [scales.x.place(point.x), scales.y.place(point.y)];
        return (
          <g key={point.label}>
            <circle cx={x} cy={y} r={5} fill={seriesStyle(palette, point.index).color} />
            {numbered.includes(point) && (
              <text x={x} y={y - 9} textAnchor="middle" fill={palette.ink}>
                {point.label}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
