/** Draws the ratio over N with one curve for each K, on logarithmic axes, and a dot at the current settings. */
import { useId } from "react";
import type { ConvolutionSettings } from "../../../network/convolutions/labSettings.ts";
import { separableRatio } from "../../../network/convolutions/ratio.ts";
import { ratioText } from "./ratioText.ts";

const WIDTH = 400;
const HEIGHT = 250;
const LEFT = 34;
const RIGHT = 46;
const TOP = 10;
const BOTTOM = 30;
const LARGEST_N = 4096;
const LOWEST = 0.003;
const HIGHEST = 4;
const KERNELS = [1, 2, 3, 5, 7, 15];
const FILTER_TICKS = [1, 4, 16, 64, 256, 1024, 4096];
const RATIO_TICKS = [0.01, 0.03, 0.1, 0.3, 1];

export interface RatioChartProps {
  readonly values: ConvolutionSettings;
  /** `null` when it cannot be counted. */
  readonly trueRatio: number | null;
}

export function RatioChart({ values: { filters, kernelSize }, trueRatio }: RatioChartProps) {
  const id = useId();
  const formula = separableRatio(filters, kernelSize);
  const kernels = KERNELS.includes(kernelSize)
    ? KERNELS
    : // A curve beside its neighbour would hide its name.
      [...KERNELS.filter((k) => Math.abs(Math.log(k / kernelSize)) > 0.25), kernelSize];
  return (
    <figure className="lab-figure">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-title`}>
        <title id={`${id}-title`}>
          {`Ratio over N and K: it falls with both. At N = ${filters} and K = ${kernelSize} it is ${ratioText(formula)}; for many filters it nears 1/K², ${ratioText(1 / kernelSize ** 2)}.`}
        </title>
        {RATIO_TICKS.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} className="lab-grid" />
            <text x={LEFT - 5} y={y(tick) + 3.5} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {FILTER_TICKS.map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - BOTTOM + 14} textAnchor="middle">
            {tick}
          </text>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 3} textAnchor="middle">
          filters N
        </text>
        {kernels.map((k) => (
          <g key={k} className={k === kernelSize ? "lab-curve-chosen" : "lab-curve"}>
            <path d={curve(k)} />
            <text x={WIDTH - RIGHT + 5} y={y(separableRatio(LARGEST_N, k)) + 3.5}>
              K = {k}
            </text>
          </g>
        ))}
        {trueRatio !== null && (
          <circle className="lab-dot" cx={x(filters)} cy={y(trueRatio)} r={5} />
        )}
      </svg>
      <figcaption className="lab-note">
        Multiplications of separable for one of ordinary. The dot is the convolution above, as
        counted.
      </figcaption>
    </figure>
  );
}

function x(filters: number): number {
  return LEFT + (Math.log(filters) / Math.log(LARGEST_N)) * (WIDTH - LEFT - RIGHT);
}

function y(ratio: number): number {
  const shown = Math.min(HIGHEST, Math.max(LOWEST, ratio));
  const share = Math.log(HIGHEST / shown) / Math.log(HIGHEST / LOWEST);
  return TOP + share * (HEIGHT - TOP - BOTTOM);
}

function curve(kernelSize: number): string {
  const points = Array.from({ length: 61 }, (_, index) => {
    const filters = LARGEST_N ** (index / 60);
    return `${x(filters).toFixed(1)},${y(separableRatio(filters, kernelSize)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}
