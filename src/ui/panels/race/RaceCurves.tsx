/** Draws loss and validation accuracy of all lanes, over steps, time or multiplications. */

import { useMemo } from "react";
import { greatestOf } from "../../../core/numbers.ts";
import { curveOf, placeOf, type RaceAxis } from "../../../store/race/curves.ts";
import type { RaceState } from "../../../store/race/state.ts";
import { Card } from "../../widgets/Card.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { LaneName } from "./LaneName.tsx";
import { LanesChart } from "./LanesChart.tsx";
import { useRace, useRaceActions } from "./RaceContext.tsx";
import { AXES, AXIS_OPTIONS, AXIS_WORDS } from "./raceAxes.ts";

export function RaceCurves() {
  const actions = useRaceActions();
  const axis = useRace((state) => state.axis);
  const race = useRace((state) => state.race);
  const loss = useMemo(() => seriesOf(race, "loss", axis), [race, axis]);
  const accuracy = useMemo(() => seriesOf(race, "validation accuracy", axis), [race, axis]);
  const xEnd = endOf(race, axis);
  return (
    <Card
      title="Curves"
      region="Race curves"
      className="race-curves"
      note={
        <Segmented
          label="Curves over"
          value={axis}
          options={AXIS_OPTIONS}
          onChange={actions.setAxis}
        />
      }
    >
      <div className="race-legend">
        {race.lanes.map(({ name, accent }) => (
          <LaneName key={name} name={name} accent={accent} />
        ))}
      </div>
      <h3 className="race-chart-title">Training loss</h3>
      <LanesChart
        label="Race loss"
        series={loss}
        yFormat="number"
        xAxis={AXES[axis]}
        xEnd={xEnd}
        emptyWords="The loss of both networks appears here while they race."
      />
      <h3 className="race-chart-title">Validation accuracy</h3>
      <LanesChart
        label="Race accuracy"
        series={accuracy}
        yFormat="percent"
        xAxis={AXES[axis]}
        xEnd={xEnd}
        emptyWords="Twenty times in a race, both are validated on the same images."
      />
      <p className="race-words">{AXIS_WORDS[axis]}</p>
    </Card>
  );
}

function seriesOf({ lanes }: RaceState, curve: Parameters<typeof curveOf>[1], axis: RaceAxis) {
  return lanes.map((lane) => ({
    // The chart allows only letters, digits and spaces in a name.
    name: lane.name.replaceAll(/[^\p{L}\p{N} ]/gu, " "),
    accent: lane.accent,
    points: curveOf(lane, curve, axis),
  }));
}

/** Returns the end of the axis. It is unknown for time. */
function endOf({ lanes, run }: RaceState, axis: RaceAxis): number | undefined {
  const total = run.prepared?.totalSteps;
  if (total === undefined || axis === "time") return undefined;
  return greatestOf(lanes.map((lane) => placeOf(lane, total, axis)));
}
