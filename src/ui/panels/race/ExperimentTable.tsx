/** Lists mean and standard deviation of each arm of an experiment. */
import type { CurveAccent } from "../../../core/curves.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import type { Spread } from "../../../settings/experiments/statistics.ts";
import { type ArmState, armSpread, type ExperimentState } from "../../../store/race/experiment.ts";
import { accentsOf } from "../../../store/race/state.ts";
import { costsOf } from "../../../store/settings/derived.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { LaneName } from "./LaneName.tsx";

export function ExperimentTable({ state }: { readonly state: ExperimentState | null }) {
  if (state === null)
    return (
      <p className="race-words">
        One press trains every arm with several seeds; mean and spread stand here.
      </p>
    );
  const accents = accentsOf(state.arms.map(({ arm }) => arm.settings));
  return (
    <ScrollFrame className="race-table-frame" label="Results by arm">
      <table className="layer-table race-table">
        <TableHead
          columns={[
            "Arm",
            { number: "Parameters" },
            { number: "Validation accuracy" },
            { number: "Test accuracy" },
            { number: "Seeds" },
          ]}
        />
        <tbody>
          {state.arms.map((arm, index) => (
            <ArmRow key={arm.arm.id} arm={arm} accent={accents[index] ?? "third"} />
          ))}
        </tbody>
      </table>
      <p className="race-words">
        Mean ± standard deviation of the seeds, after the last step: validation on the images held
        out, test on the test set.
      </p>
    </ScrollFrame>
  );
}

function ArmRow({ arm: state, accent }: { readonly arm: ArmState; readonly accent: CurveAccent }) {
  const { arm, seeds, failures } = state;
  const parameters = costsOf(arm.settings)?.parameters;
  return (
    <tr>
      <th scope="row">
        <LaneName name={arm.name} accent={accent} />
        {failures.map(({ seed, message }) => (
          <p key={seed} className="field-problem">
            Seed {seed}: {message}
          </p>
        ))}
      </th>
      <td className="number">{parameters === undefined ? "–" : formatCount(parameters)}</td>
      <td className="number">{spreadText(armSpread(state, "validation"), seeds.length)}</td>
      <td className="number">{spreadText(armSpread(state, "test"), seeds.length)}</td>
      <td className="number">{seeds.length}</td>
    </tr>
  );
}

/** Writes `83.2 % ± 0.4`; a single seed has no deviation. */
function spreadText(spread: Spread | null, numSeeds: number): string {
  if (spread === null) return "–";
  const mean = formatPercent(spread.mean);
  return numSeeds < 2 ? mean : `${mean} ± ${(100 * spread.spread).toFixed(1)}`;
}
