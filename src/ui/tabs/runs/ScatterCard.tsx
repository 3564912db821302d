/** Accuracy of the chosen runs against what they cost, with the front of those that no other run dominates. */
import { useMemo, useState } from "react";
import { greatestOf, leastOf } from "../../../core/numbers.ts";
import { formatDuration, formatLarge, formatPercent } from "../../../core/units.ts";
import type { PlotFrame } from "../../../diagram/plots/LinePlot.tsx";
import { FILE_PALETTE, PAGE_PALETTE } from "../../../diagram/plots/plotPalette.ts";
import { ScatterPlot } from "../../../diagram/plots/ScatterPlot.tsx";
import { accuracyOf, frontOf } from "../../../runs/compareRuns.ts";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { Card } from "../../widgets/Card.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import { SavePicture } from "./SavePicture.tsx";
import { usePlotWidth } from "./usePlotWidth.ts";

const HEIGHT = 260;
/** Of more runs, only those on the front are numbered. */
const MOST_NUMBERED = 24;
const COSTS = [
  { value: "parameters", label: "Parameters" },
  { value: "macs", label: "MACs" },
  { value: "time", label: "Time" },
] as const;
type Cost = (typeof COSTS)[number]["value"];

const TITLES: Readonly<Record<Cost, string>> = {
  parameters: "parameters",
  macs: "multiply-accumulates of an image",
  time: "time in steps",
};

function costOf({ costs, figures }: RunHead, cost: Cost): number | null {
  return cost === "time" ? figures.trainMs : (costs?.[cost] ?? null);
}

export function ScatterCard({ chosen }: ChosenProps) {
  const [cost, setCost] = useState<Cost>("parameters");
  const [width, place] = usePlotWidth();
  const points = useMemo(
    () =>
      chosen.flatMap((head, index) => {
        const [x, y] = [costOf(head, cost), accuracyOf(head)];
        if (x === null || y === null) return [];
        return [
          {
            label: String(index + 1),
            index,
            x,
            y,
            cost: x,
            accuracy: y,
            name: `${index + 1}: ${titleOf(head)}`,
          },
        ];
      }),
    [chosen, cost],
  );
  if (chosen.length < 2) return null;
  const front = frontOf(points);
  const frame = frameOf(points, cost, width);
  const title = `Accuracy against ${TITLES[cost]}`;
  const numbered = points.length > MOST_NUMBERED ? front : points;
  const props = { frame, points, front, numbered };
  const words = front.map(
    ({ label, x, y }) => `run ${label} with ${formatPercent(y)} for ${frame.xText(x)}`,
  );
  return (
    <Card
      title="Accuracy against cost"
      region="Cost of runs"
      note={<Segmented label="Against" value={cost} options={COSTS} onChange={setCost} />}
    >
      <div className="runs-plot" ref={place}>
        {points.length === 0 ? (
          <p className="runs-words">None of these runs was validated or tested.</p>
        ) : (
          <svg width={width} height={HEIGHT} role="img" aria-label={title} className="runs-svg">
            <ScatterPlot {...props} palette={PAGE_PALETTE} />
          </svg>
        )}
      </div>
      {points.length > 0 && (
        <p className="runs-words">
          On the front, where no run is both cheaper and more accurate: {words.join("; ")}. Accuracy
          is of the test, or else of the newest validation.
        </p>
      )}
      <SavePicture
        name={`accuracy-${cost}`}
        title={title}
        size={frame}
        draw={() => <ScatterPlot {...props} palette={FILE_PALETTE} />}
        legend={numbered}
      />
    </Card>
  );
}

function frameOf(
  points: readonly { readonly x: number; readonly y: number }[],
  cost: Cost,
  width: number,
): PlotFrame {
  const ys = points.map(({ y }) => y);
  const [low, high] = points.length === 0 ? [0, 1] : [leastOf(ys), greatestOf(ys)];
  const room = Math.max(0.02, (high - low) / 5);
  return {
    width,
    height: HEIGHT,
    xDomain: [0, 1.1 * (greatestOf([...points.map(({ x }) => x), 0]) || 1)],
    yDomain: [Math.max(0, low - room), Math.min(1.02, high + room)],
    logarithmic: false,
    xTitle: TITLES[cost],
    xText: cost === "time" ? formatDuration : formatLarge,
    yText: (y) => formatPercent(y),
  };
}
