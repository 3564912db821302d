/**
 * A confusion matrix as SVG, or the difference of two, for the page and for files. Each cell is coloured by its share of the
 * images of its row's class.
 */
import { memo } from "react";
import { matrixPlaces } from "./matrixPlaces.ts";
import type { PlotPalette } from "./plotPalette.ts";

/** More cells than these are neither readable nor quickly drawn as SVG. */
export const MOST_PLOT_CLASSES = 64;
/** Cells of more classes than these have no room for a number. */
const MOST_NUMBERED = 14;

export interface MatrixPlotProps {
  /** `[classes, classes]` shares, row-major; rows are the true class. Of a difference they are in `[-1, 1]`. */
  readonly shares: ArrayLike<number>;
  readonly classes: readonly string[];
  /** Width and height in pixels. */
  readonly side: number;
  readonly palette: PlotPalette;
  /** Whether `shares` are differences: more right and fewer confused cells have the colour of right ones. */
  readonly isDifference?: boolean;
}

/** The contents of an `svg` of the given side. */
export const MatrixPlot = memo((props: MatrixPlotProps) => {
  const { shares, classes, side, palette, isDifference = false } = props;
  const { start: names, cell } = matrixPlaces(side, classes.length);
  const isNumbered = classes.length <= MOST_NUMBERED && cell >= 18;
  return (
    <g fontSize={10} fontFamily="system-ui, sans-serif">
      {classes.map((name, row) => (
        <g key={name}>
          <text
            x={names - 5}
            y={names + (row + 0.5) * cell + 3}
            textAnchor="end"
            fill={palette.soft}
          >
            {cutName(name, names)}
          </text>
          <text
            transform={`translate(${names + (row + 0.5) * cell + 3} ${names - 5}) rotate(-60)`}
            fill={palette.soft}
          >
            {cutName(name, names)}
          </text>
          {classes.map((other, column) => {
            const share = shares[row * classes.length + column] ?? 0;
            const [x, y] = [names + column * cell, names + row * cell];
            const isRight = row === column;
            const isGood = isDifference ? share > 0 === isRight : isRight;
            return (
              <g key={other}>
                <rect
                  x={x}
                  y={y}
                  width={Math.max(0.5, cell - 0.5)}
                  height={Math.max(0.5, cell - 0.5)}
                  fill={isGood ? palette.right : palette.confused}
                  fillOpacity={opacityOf(share, isRight && !isDifference)}
                />
                {isNumbered && Math.abs(share) >= 0.005 && (
                  <text
                    x={x + cell / 2}
                    y={y + cell / 2 + 3}
                    textAnchor="middle"
                    fill={palette.ink}
                    fontSize={numberSize(numberText(share, isDifference), cell)}
                  >
                    {numberText(share, isDifference)}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </g>
  );
});

/** Confusions are rarer than right answers, so their colour is full at a quarter. Numbers stay readable on every shade. */
function opacityOf(share: number, isRight: boolean): number {
  return share === 0 ? 0.04 : 0.06 + 0.5 * Math.min(1, Math.abs(share) * (isRight ? 1 : 4));
}

/** Writes a share in per cent: `83`, of a difference `+4` or `-2`. */
function numberText(share: number, isDifference: boolean): string {
  const percent = Math.round(100 * share);
  return isDifference && percent > 0 ? `+${percent}` : String(percent);
}

/** A digit is about 0.6 of its font size wide. Signed numbers of three digits need smaller ones to stay apart. */
function numberSize(text: string, cell: number): number {
  return Math.min(9, (cell - 3) / (0.6 * text.length));
}

function cutName(name: string, room: number): string {
  const most = Math.max(3, Math.floor(room / 6));
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
