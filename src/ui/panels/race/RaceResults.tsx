/** Lists what each network needed to reach a chosen accuracy, and its final accuracy. */
import { useState } from "react";
import { formatCount, formatDuration, formatLarge, formatPercent } from "../../../core/units.ts";
import { targetMet } from "../../../store/race/curves.ts";
import type { LaneState } from "../../../store/race/state.ts";
import { laggingText } from "../../../store/run/runStatus.ts";
import { last } from "../../../store/run/series.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { lazyDialog } from "../../widgets/lazyPart.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { SliderBox } from "../../widgets/SliderBox.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import type { Evaluated } from "../matrix/evaluated.ts";
import { LaneName } from "./LaneName.tsx";
import { useRace, useRaceActions } from "./RaceContext.tsx";

const EvaluationDialog = lazyDialog(
  "Mistakes and confidence",
  async () => (await import("../matrix/EvaluationDialog.tsx")).EvaluationDialog,
);

const LEAST_TARGET = 5;
const MOST_TARGET = 95;

export function RaceResults() {
  const actions = useRaceActions();
  const target = useRace((state) => state.target);
  const lanes = useRace(({ race }) => race.lanes);
  const percent = Math.round(100 * target);
  return (
    <Card title="To an accuracy" region="Race results">
      <div className="race-target">
        <span className="field-label">Validation accuracy of {percent} %</span>
        <SliderBox
          label="Target accuracy"
          value={percent}
          min={LEAST_TARGET}
          max={MOST_TARGET}
          step={1}
          unit="%"
          onValue={(value) => actions.setTarget(value / 100)}
        />
      </div>
      <ScrollFrame className="race-table-frame" label="What both needed">
        <table className="layer-table race-table">
          <TableHead
            columns={[
              "Network",
              { number: "Steps" },
              { number: "Time" },
              { number: "MACs" },
              { number: "Validation" },
              { number: "Test" },
            ]}
          />
          <tbody>
            {lanes.map((lane) => (
              <LaneRow key={lane.name} lane={lane} target={target} />
            ))}
          </tbody>
        </table>
        {lanes.length === 0 && (
          <p className="race-words">
            Steps, time and multiplications to this accuracy stand here once both race.
          </p>
        )}
      </ScrollFrame>
      {lanes.map((lane) => (
        <LaggingLane key={lane.name} lane={lane} />
      ))}
      <LaneMistakes />
    </Card>
  );
}

/** Explains why a network's accuracy is far below its training accuracy, when that was measured. */
function LaggingLane({ lane }: { readonly lane: LaneState }) {
  const text = laggingText(lane.run, lane.evaluation);
  if (text === null) return null;
  return (
    <p className="race-words">
      <LaneName name={lane.name} accent={lane.accent} /> <span>{text}</span>
    </p>
  );
}

/** A button for each network that was evaluated, which opens its confusion matrix and its images. */
function LaneMistakes() {
  const lanes = useRace(({ race }) => race.lanes);
  const dataSet = useRace(({ race }) => race.run.prepared?.dataSet ?? null);
  const actions = useRaceActions();
  const [opened, setOpened] = useState<{
    readonly name: string;
    readonly evaluated: Evaluated;
  } | null>(null);
  const open = ({ name, evaluation: { confusion } }: LaneState) => {
    if (confusion === null || dataSet === null) return;
    const { part } = confusion;
    const pictures = (places: readonly number[]) => actions.requestPictures(part, places);
    setOpened({ name, evaluated: { confusion, dataSet, pictures } });
  };
  const close = () => setOpened(null);
  return (
    <>
      <div className="race-mistakes">
        {lanes
          .filter(({ evaluation }) => evaluation.confusion !== null)
          .map((lane) => (
            <Button key={lane.name} look="tiny" onClick={() => open(lane)}>
              Mistakes of {lane.name}
            </Button>
          ))}
      </div>
      {opened !== null && <EvaluationDialog {...opened} onClose={close} onFailure={close} />}
    </>
  );
}

function LaneRow({ lane, target }: { readonly lane: LaneState; readonly target: number }) {
  const met = targetMet(lane, target);
  const validation = last(lane.run.validation);
  return (
    <tr>
      <th scope="row">
        <LaneName name={lane.name} accent={lane.accent} />
      </th>
      {met === null ? (
        <td colSpan={3} className="race-missing">
          not reached{lane.run.outcome === null ? " yet" : ""}
        </td>
      ) : (
        <>
          <td className="number">{formatCount(met.step)}</td>
          <td className="number">{formatDuration(1000 * met.seconds)}</td>
          <td className="number">{formatLarge(met.macs)}</td>
        </>
      )}
      <td className="number">{validation ? formatPercent(validation.accuracy) : "–"}</td>
      <td className="number">
        {lane.evaluation.test === null ? "–" : formatPercent(lane.evaluation.test.accuracy)}
      </td>
    </tr>
  );
}
