/** The curves of the chosen runs over each other, with one cursor that reads the value of every one. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { LinePlot, plotScales } from "../../../diagram/plots/LinePlot.tsx";
import { FILE_PALETTE, PAGE_PALETTE } from "../../../diagram/plots/plotPalette.ts";
import { RUN_METRICS, type RunMetric, valueAt } from "../../../runs/runCurves.ts";
import { curvesCsv } from "../../../runs/runTables.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import {
  AXIS_TITLES,
  type CurveChoice,
  type FullLine,
  fullLines,
  metricText,
  placeText,
  plotOf,
} from "./curveLines.ts";
import { RunNumber } from "./RunNumber.tsx";
import { useRuns } from "./RunsContext.tsx";
import { SavePicture } from "./SavePicture.tsx";
import { usePlotWidth } from "./usePlotWidth.ts";

const HEIGHT = 300;
const METRIC_OPTIONS = RUN_METRICS.map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1),
}));
const AXIS_OPTIONS = [
  { value: "step", label: "Steps" },
  { value: "epoch", label: "Epochs" },
  { value: "time", label: "Time" },
  { value: "images", label: "Images" },
  { value: "macs", label: "MACs" },
] as const;
const SMOOTHINGS = [
  { value: "0", label: "As measured" },
  { value: "0.9", label: "Smoothed over 10 points" },
  { value: "0.98", label: "Smoothed over 50 points" },
] as const;

export function CurvesCard({ chosen }: ChosenProps) {
  const bodies = useRuns((state) => state.bodies);
  const [metric, setMetric] = useState<RunMetric>("validation accuracy");
  const [axis, setAxis] = useState<CurveChoice["axis"]>("step");
  const [smoothing, setSmoothing] = useState<(typeof SMOOTHINGS)[number]["value"]>("0");
  const [logarithmic, setLogarithmic] = useState(false);
  const [folds, setFolds] = useState(false);
  const [width, place] = usePlotWidth();
  const choice = useMemo<CurveChoice>(
    () => ({ metric, axis, memory: Number(smoothing), logarithmic, folds }),
    [metric, axis, smoothing, logarithmic, folds],
  );
  const full = useMemo(() => fullLines(chosen, bodies, choice), [chosen, bodies, choice]);
  const { frame, lines } = useMemo(
    () => plotOf(full, choice, { width, height: HEIGHT }),
    [full, choice, width],
  );
  const isReading = chosen.some(({ id }) => !bodies.has(id));
  const title = `${metric} over ${AXIS_TITLES[axis]}`;
  return (
    <Card
      title="Curves"
      region="Curves of runs"
      note={
        <Segmented label="Curves over" value={axis} options={AXIS_OPTIONS} onChange={setAxis} />
      }
    >
      <div className="runs-filters">
        <SelectBox label="Curve" value={metric} options={METRIC_OPTIONS} onChange={setMetric} />
        <SelectBox
          label="Smoothing"
          value={smoothing}
          options={SMOOTHINGS}
          onChange={setSmoothing}
        />
        <Check label="Logarithmic" checked={logarithmic} onChange={setLogarithmic} />
        <Check label="Fold seeds" checked={folds} onChange={setFolds} />
      </div>
      <div className="runs-plot" ref={place}>
        {full.length === 0 ? (
          <p className="runs-words">
            {isReading
              ? "Reading the curves ..."
              : `None of these runs has a curve of the ${metric}.`}
          </p>
        ) : (
          <PlotWithCursor full={full} choice={choice} title={title} frame={frame}>
            <LinePlot frame={frame} lines={lines} palette={PAGE_PALETTE} />
          </PlotWithCursor>
        )}
      </div>
      {folds && (
        <p className="runs-words">
          Runs that differ in their seed or engine alone are one curve: their mean, with a band of
          one standard deviation.
        </p>
      )}
      <SavePicture
        name={metric.replace(" ", "-")}
        title={title}
        size={frame}
        draw={() => <LinePlot frame={frame} lines={lines} palette={FILE_PALETTE} />}
        legend={full}
      >
        <Button
          look="small"
          onClick={() =>
            saveFile(
              `runs-${metric.replace(" ", "-")}.csv`,
              curvesCsv(
                axis,
                full.map(({ name, line }) => ({ name, line })),
              ),
              "text/csv",
            )
          }
        >
          Save CSV
        </Button>
      </SavePicture>
    </Card>
  );
}

function Check(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const { label, checked, onChange } = props;
  return (
    <label className="runs-check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

/** Hundredths of the axis that an arrow key moves the cursor by. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: 10,
  PageDown: -10,
};

function PlotWithCursor(props: {
  readonly full: readonly FullLine[];
  readonly choice: CurveChoice;
  readonly title: string;
  readonly frame: ReturnType<typeof plotOf>["frame"];
  readonly children: React.ReactNode;
}) {
  const { full, choice, title, frame, children } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const { x: scale } = plotScales(frame);
  const end = frame.xDomain[1];
  // A cursor beyond the end of another axis would read nothing.
  const at = cursor === null ? null : Math.min(cursor, end);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a position means something else on another axis
  useEffect(() => setCursor(null), [choice.axis]);

  function move(event: KeyboardEvent): void {
    const jump = { Home: 0, End: end }[event.key];
    const step = KEYS[event.key];
    if (event.key === "Escape") setCursor(null);
    if (jump === undefined && step === undefined) return;
    event.preventDefault();
    const from = at ?? end;
    setCursor(jump ?? Math.min(end, Math.max(0, from + ((step ?? 0) * end) / 100)));
  }

  return (
    <>
      <svg
        ref={svg}
        className="runs-svg"
        width={frame.width}
        height={frame.height}
        role="img"
        aria-label={`Plot of ${title}`}
        aria-describedby="runs-curve-values"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
        tabIndex={0}
        onKeyDown={move}
        onPointerMove={({ clientX }) => {
          const left = svg.current?.getBoundingClientRect().left ?? 0;
          setCursor(Math.min(end, Math.max(0, scale.valueAt(clientX - left))));
        }}
        onPointerLeave={() => setCursor(null)}
      >
        {children}
        {at !== null && (
          <line
            x1={scale.place(at)}
            x2={scale.place(at)}
            y1={0}
            y2={frame.height - 30}
            stroke="var(--soft)"
            strokeDasharray="2 2"
          />
        )}
      </svg>
      <Values full={full} choice={choice} at={at} />
    </>
  );
}

/** The value of every curve at the cursor, or its last one. */
function Values(props: {
  readonly full: readonly FullLine[];
  readonly choice: CurveChoice;
  readonly at: number | null;
}) {
  const { full, choice, at } = props;
  return (
    <div className="runs-values" id="runs-curve-values">
      <p className="runs-values-head">
        {at === null
          ? "At its end"
          : `At ${placeText(choice.axis, at)} (${AXIS_TITLES[choice.axis]})`}
      </p>
      <ul>
        {full.map(({ name, index, line, numRuns }) => {
          const last = line.x.at(-1) ?? 0;
          const value = valueAt(line, at ?? last);
          const where = at === null ? ` at ${placeText(choice.axis, last)}` : "";
          return (
            <li key={name}>
              <RunNumber index={index} />
              <span className="runs-values-name">
                {numRuns > 1 ? name : name.replace(/^\d+: /, "")}
              </span>
              <b>{value === undefined ? "–" : metricText(choice.metric, value)}</b>
              <span className="runs-values-where">
                {where}
                {numRuns > 1 && ` (${numRuns} seeds)`}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
