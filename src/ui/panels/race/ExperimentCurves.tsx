/**
 * Draws the validation accuracy of the arms over the steps: means with bands, or the current seed while there is no mean yet.
 */
import { useMemo } from "react";
import { curveOf } from "../../../store/race/curves.ts";
import { bandOf, type ExperimentState } from "../../../store/race/experiment.ts";
import { accentsOf } from "../../../store/race/state.ts";
import { Card } from "../../widgets/Card.tsx";
import { LanesChart } from "./LanesChart.tsx";
import { STEP_AXIS } from "./raceAxes.ts";

export function ExperimentCurves({ state }: { readonly state: ExperimentState | null }) {
  const series = useMemo(() => (state === null ? [] : seriesOf(state)), [state]);
  const isMean = state?.arms.some(({ seeds }) => seeds.length > 0) ?? false;
  return (
    <Card
      title="Validation accuracy"
      note={isMean ? "mean of the seeds, band: one standard deviation" : "the first seed"}
    >
      <LanesChart
        label="Experiment accuracy"
        series={series}
        yFormat="percent"
        xAxis={STEP_AXIS}
        xEnd={state?.race.run.prepared?.totalSteps}
        emptyWords="The accuracy of every arm at each validation appears here."
      />
    </Card>
  );
}

function seriesOf(state: ExperimentState) {
  const accents = accentsOf(state.arms.map(({ arm }) => arm.settings));
  return state.arms.map((arm, index) => {
    const name = arm.arm.name.replaceAll(/[^\p{L}\p{N} ]/gu, " ");
    const accent = accents[index] ?? "third";
    const band = bandOf(arm);
    const lane = state.race.lanes[index];
    if (band.length === 0)
      return { name, accent, points: lane ? curveOf(lane, "validation accuracy", "steps") : [] };
    const points = (edge: "mean" | "low" | "high") =>
      band.map((point) => ({ x: point.step, y: point[edge] }));
    return {
      name,
      accent,
      points: points("mean"),
      band: { low: points("low"), high: points("high") },
    };
  });
}
