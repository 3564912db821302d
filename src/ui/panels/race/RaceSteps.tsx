/**
 * Lists what a step costs each network of a race: time, work of the graphics device, memory. All values are measured, none is
 * estimated.
 */
import { formatBytes, formatCount, formatDuration } from "../../../core/units.ts";
import { engineText } from "../../../store/race/engines.ts";
import type { LaneState } from "../../../store/race/state.ts";
import type { StepFacts } from "../../../store/run/runState.ts";
import { Card } from "../../widgets/Card.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { LaneName } from "./LaneName.tsx";
import { useRace } from "./RaceContext.tsx";

const countText = (count: number | undefined) => (count === undefined ? "–" : formatCount(count));

const ROWS: readonly {
  readonly name: string;
  readonly text: (facts: StepFacts) => string;
}[] = [
  { name: "Step time", text: ({ stepMs }) => formatDuration(stepMs) },
  { name: "Dispatches", text: ({ work }) => countText(work?.dispatches) },
  { name: "Submits", text: ({ work }) => countText(work?.submits) },
  { name: "New buffers", text: ({ work }) => countText(work?.buffers) },
  { name: "Memory", text: ({ usedBytes }) => formatBytes(usedBytes) },
];

export function RaceSteps() {
  const lanes = useRace(({ race }) => race.lanes);
  const text = useRace(({ race }) => engineText(race));
  if (lanes.every(({ run }) => run.progress === null))
    return (
      <Card title="A step" region="Race steps">
        <p className="race-words">
          Step time, what a step asks of the graphics device, and memory stand here once both race.
        </p>
      </Card>
    );
  return (
    <Card title="A step" region="Race steps">
      {text !== "" && <p className="race-engine-text">{text}</p>}
      <StepTable lanes={lanes} />
      <p className="race-words">
        {text !== "" &&
          "Engines add the same numbers in another order; the rounding differs, and grows from step to step. "}
        Dispatches, submits and new buffers are those of the newest step, counted at the WebGPU
        device; an engine elsewhere has none.
      </p>
    </Card>
  );
}

/** One column for each network, so that a table of two fits a phone. */
function StepTable({ lanes }: { readonly lanes: readonly LaneState[] }) {
  return (
    <ScrollFrame className="race-table-frame" label="A step of each">
      <table className="layer-table race-table race-steps">
        <thead>
          <tr>
            <td />
            {lanes.map(({ name, accent, run }) => (
              <th key={name} scope="col" className="number">
                <LaneName name={name} accent={accent} />
                {run.engine !== null && <span className="race-engine">{run.engine.label}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({ name, text }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {lanes.map((lane) => (
                <td key={lane.name} className="number">
                  {lane.run.progress === null ? "–" : text(lane.run.progress)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}
