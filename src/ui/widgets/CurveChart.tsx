/** Draws one metric of a run over its steps, with the chart adapter. It converts only the new points. */
import { useMemo, useRef } from "react";
import type { Point } from "../../charts/downsample.ts";
import type { CurvePoint } from "../../core/curves.ts";
import type { Series } from "../../store/run/series.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { useLineChart } from "./useLineChart.ts";

export interface CurveChartProps {
  /** The figure's accessible name. */
  readonly label: string;
  readonly metric: "loss" | "accuracy";
}

export function CurveChart({ label, metric }: CurveChartProps) {
  const training = useCurve(metric);
  const validation = useCurve(metric);
  const trainingSeries = usePlayground(({ run }) => run.training);
  const validationSeries = usePlayground(({ run }) => run.validation);
  const lastStep = usePlayground(({ run }) => run.prepared?.totalSteps);
  const series = useMemo(
    () => [
      { name: "training", points: training(trainingSeries) },
      { name: "validation", points: validation(validationSeries) },
    ],
    [training, validation, trainingSeries, validationSeries],
  );
  const changes = usePlayground(({ run }) => run.changes);
  const marks = useMemo(() => changes.map(({ step, words }) => ({ x: step, words })), [changes]);
  const yFormat = metric === "accuracy" ? "percent" : "number";
  const container = useLineChart({ label, yFormat }, series, lastStep, undefined, marks);

  return <div ref={container} />;
}

/** Turns a growing series into a chart's points, converting each entry once. */
function useCurve(metric: "loss" | "accuracy"): (series: Series<CurvePoint>) => readonly Point[] {
  const converter = useRef<((series: Series<CurvePoint>) => readonly Point[]) | null>(null);
  converter.current ??= createConverter(metric);
  return converter.current;
}

function createConverter(metric: "loss" | "accuracy") {
  let entries: readonly CurvePoint[] = [];
  let points: Point[] = [];
  return (series: Series<CurvePoint>): readonly Point[] => {
    if (series.entries !== entries || series.length < points.length) {
      entries = series.entries;
      points = [];
    }
    for (let index = points.length; index < series.length; index += 1) {
      const entry = entries[index];
      if (entry) points.push({ x: entry.step, y: entry[metric] });
    }
    return points;
  };
}
