/** Charts how sure the network is, how often it is right then, and the same numbers as a table. */
import { useMemo } from "react";
import type { BarSides, LineSeries } from "../../../charts/lineChartRows.ts";
import { type Calibration, NUM_CONFIDENCE_BINS } from "../../../core/calibration.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { useLineChart } from "../../widgets/useLineChart.ts";

const CONFIDENCE = {
  title: "confidence",
  format: ".0%",
  words: (x: number) => `confidence ${formatPercent(x, 0)}`,
} as const;
/** Right and wrong are side by side in a bin, with a gap to the next one. */
const HALF_BIN = 0.45 / NUM_CONFIDENCE_BINS;
const LEFT: BarSides = { from: -HALF_BIN, to: 0 };
const RIGHT: BarSides = { from: 0, to: HALF_BIN };

export function CalibrationCharts({ calibration }: { readonly calibration: Calibration }) {
  const { bins, numWithout, expectedError } = calibration;
  return (
    <section aria-label="Confidence">
      <h3>Confidence</h3>
      <p className="images-words">
        Confidence is the probability that the network gives to its prediction. It is well
        calibrated when, of all predictions made with 80 % confidence, 80 % are right.
        {expectedError !== undefined &&
          ` Here confidence and accuracy differ by ${formatPercent(expectedError)} on average: the expected calibration error (ECE) over ${NUM_CONFIDENCE_BINS} equal ranges of confidence.`}
      </p>
      {numWithout > 0 && (
        <p className="images-words">
          {`${formatCount(numWithout)} ${numWithout === 1 ? "image has" : "images have"} no probability, because the network's numbers are not finite. They are in no chart.`}
        </p>
      )}
      <div className="calibration-charts">
        <Histogram bins={bins} />
        <Curve bins={bins} />
      </div>
      <details className="calibration-table">
        <summary>Confidence as a table</summary>
        <Bins bins={bins} />
      </details>
    </section>
  );
}

type Bins = Calibration["bins"];

function Histogram({ bins }: { readonly bins: Bins }) {
  const series = useMemo((): readonly LineSeries[] => {
    const points = (count: "numRight" | "numWrong") =>
      bins.map((bin) => ({ x: (bin.low + bin.high) / 2, y: bin[count] }));
    return [
      { name: "right", points: points("numRight"), bars: LEFT },
      { name: "wrong", points: points("numWrong"), bars: RIGHT },
    ];
  }, [bins]);
  const words = binWords(
    bins,
    ({ numRight, numWrong }) => `${formatCount(numRight)} right, ${formatCount(numWrong)} wrong`,
  );
  const look = { label: "Images by confidence", yFormat: "count", xAxis: CONFIDENCE } as const;
  const container = useLineChart(look, series, 1, words);
  return (
    <div>
      <p className="legend legend-bars">
        <span className="legend-entry legend-training">
          <i aria-hidden />
          right
        </span>{" "}
        <span className="legend-entry legend-validation">
          <i aria-hidden />
          wrong
        </span>{" "}
        images by confidence
      </p>
      <div className="calibration-chart">
        <div ref={container} />
      </div>
    </div>
  );
}

function Curve({ bins }: { readonly bins: Bins }) {
  const series = useMemo(
    (): readonly LineSeries[] => [
      {
        name: "accuracy",
        points: bins.flatMap(({ confidence: x, accuracy: y }) =>
          x === undefined || y === undefined ? [] : [{ x, y }],
        ),
      },
      { name: "perfect", points: DIAGONAL, accent: "fourth" },
    ],
    [bins],
  );
  const words = binWords(bins, ({ confidence, accuracy }) =>
    accuracy === undefined || confidence === undefined
      ? "no images"
      : `mean confidence ${formatPercent(confidence)}, accuracy ${formatPercent(accuracy)}`,
  );
  const look = { label: "Calibration", yFormat: "percent", xAxis: CONFIDENCE } as const;
  const container = useLineChart(look, series, 1, words);
  return (
    <div>
      <p className="legend">
        <span className="legend-entry legend-training">
          <i aria-hidden />
          accuracy
        </span>{" "}
        by confidence; below the dashed diagonal the network is surer than it is right
      </p>
      <div className="calibration-chart">
        <div ref={container} />
      </div>
    </div>
  );
}

const DIAGONAL = [
  { x: 0, y: 0 },
  { x: 1, y: 1 },
];

function rangeText({ low, high }: Bins[number]): string {
  return `${(100 * low).toFixed(0)} to ${formatPercent(high, 0)}`;
}

/** Writes the text alternative of a chart: the ranges of confidence that have images. */
function binWords(bins: Bins, words: (bin: Bins[number]) => string): string {
  const filled = bins.filter(({ numRight, numWrong }) => numRight + numWrong > 0);
  if (filled.length === 0) return "No images";
  return filled.map((bin) => `${rangeText(bin)}: ${words(bin)}`).join("; ");
}

const COLUMNS = [
  "Confidence",
  ...["Right", "Wrong", "Mean confidence", "Accuracy"].map((number) => ({ number })),
];

function Bins({ bins }: { readonly bins: Bins }) {
  return (
    <ScrollFrame className="figures-scroll" label="Confidence as a table">
      <table className="layer-table" aria-label="Images by confidence">
        <TableHead columns={COLUMNS} />
        <tbody>
          {bins.map((bin) => (
            <tr key={bin.low}>
              <th scope="row">{rangeText(bin)}</th>
              <td className="number">{formatCount(bin.numRight)}</td>
              <td className="number">{formatCount(bin.numWrong)}</td>
              {[bin.confidence, bin.accuracy].map((share, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns in a fixed order
                <td key={at} className="number">
                  {share === undefined ? "–" : formatPercent(share)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}
