/** What a step takes each network of a race: time, work asked of the graphics device, memory. Measured, nothing estimated. */
import { formatBytes, formatCount, formatDuration } from "../../../core/units.ts";
import { engineText } from "../../../store/raceEngines.ts";
import type { LaneState } from "../../../store/raceState.ts";
import { Card } from "../../widgets/Card.tsx";
import { LaneName } from "./LaneName.tsx";
import { useRace } from "./RaceContext.tsx";

export function RaceSteps() {
  const lanes = useRace(({ race }) => race.lanes);
  const text = useRace(({ race }) => engineText(race));
  const isMeasured = lanes.some(({ run }) => run.progress !== null);
  return (
    <Card title="A step" region="Race steps">
      {!isMeasured && (
        <p className="race-words">
          Step time, what a step asks of the graphics device, and memory stand here once both race.
        </p>
      )}
      {isMeasured && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone
        <div className="race-table-frame" role="region" aria-label="A step of both" tabIndex={0}>
          <table className="layer-table race-table">
            <thead>
              <tr>
                <th scope="col">Network</th>
                {["Step time", "Dispatches", "Submits", "New buffers", "Memory"].map((name) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lanes.map((lane) => (
                <LaneRow key={lane.name} lane={lane} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {text !== "" && <p className="race-engine-text">{text}</p>}
      {isMeasured && (
        <p className="race-words">
          Dispatches, submits and new buffers are those of the newest step, counted at the WebGPU
          device; an engine elsewhere has none.
        </p>
      )}
    </Card>
  );
}

function LaneRow({ lane: { name, accent, run } }: { readonly lane: LaneState }) {
  const { progress, engine } = run;
  const count = (value: number | undefined) => (value === undefined ? "–" : formatCount(value));
  return (
    <tr>
      <th scope="row">
        <LaneName name={name} accent={accent} />
        {engine !== null && <span className="race-engine">{engine.label}</span>}
      </th>
      <td className="number">{progress === null ? "–" : formatDuration(progress.stepMs)}</td>
      <td className="number">{count(progress?.work?.dispatches)}</td>
      <td className="number">{count(progress?.work?.submits)}</td>
      <td className="number">{count(progress?.work?.buffers)}</td>
      <td className="number">{progress === null ? "–" : formatBytes(progress.usedBytes)}</td>
    </tr>
  );
}
