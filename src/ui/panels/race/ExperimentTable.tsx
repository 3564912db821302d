/** Lists mean and standard deviation of each arm of an experiment. */
import type { CurveAccent } from "../../../core/curves.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import type { Spread } from "../../../settings/experiments/statistics.ts";
import { type ArmState, armSpread, type ExperimentState } from "../../../store/race/experiment.ts";
import { accentsOf } from "../../../store/race/state.ts";
import { costsOf } from "../../../store/settings/derived.ts";
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
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone
    <div className="race-table-frame" role="region" aria-label="Results by arm" tabIndex={0}>
      <table className="layer-table race-table">
        <thead>
          <tr>
            <th scope="col">Arm</th>
            <th scope="col" className="number">
              Parameters
            </th>
            <th scope="col" className="number">
              Validation accuracy
            </th>
            <th scope="col" className="number">
              Test accuracy
            </th>
            <th scope="col" className="number">
              Seeds
            </th>
          </tr>
        </thead>
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
    </div>
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
