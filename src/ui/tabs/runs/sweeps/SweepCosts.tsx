/** What a sweep costs before it starts, and the combinations that it leaves out. */
import { useMemo } from "react";
import { greatestOf, leastOf } from "../../../../core/numbers.ts";
import { formatCount, formatDuration, formatLarge } from "../../../../core/units.ts";
import type { RunHead } from "../../../../runs/runRecord.ts";
import { stepsInRun } from "../../../../settings/epoch.ts";
import type { Settings } from "../../../../settings/settings.ts";
import type { SweepPlan } from "../../../../settings/sweeps/planSweep.ts";
import { estimatedMs, type MeasuredStep } from "../../../../settings/sweeps/sweepCost.ts";
import { speedOf } from "../../../../store/run/measurements.ts";
import { costsOf } from "../../../../store/settings/derived.ts";
import { usePlayground } from "../../../PlaygroundContext.tsx";
import { useRuns } from "../RunsContext.tsx";

/** The newest runs, from whose steps the time is estimated. */
const MOST_MEASURED = 50;
const MOST_LEFT_OUT = 20;

export function SweepCosts(props: { readonly plan: SweepPlan; readonly base: Settings }) {
  const { plan, base } = props;
  const { runs, leftOut } = plan;
  const numTrain = usePlayground(({ dataSet }) => dataSet.description?.numTrain ?? null);
  const measured = useMeasuredSteps(base);
  const isKnown =
    numTrain !== null && runs.every(({ settings }) => settings.dataSet === base.dataSet);
  const steps = isKnown
    ? runs.reduce((sum, { settings }) => sum + stepsInRun(settings, numTrain), 0)
    : null;
  const ms = isKnown ? estimatedMs(runs, measured, numTrain) : null;
  return (
    <section aria-label="Cost of the sweep">
      <dl className="sweep-costs">
        <Cost name="Runs" text={formatCount(runs.length)} />
        {runs.length > 0 && (
          <>
            <Cost
              name="Parameters"
              text={rangeOf(
                runs.map(({ parameters }) => parameters),
                formatCount,
              )}
            />
            <Cost
              name="MACs of an image"
              text={rangeOf(
                runs.map(({ macs }) => macs),
                formatLarge,
              )}
            />
            <Cost name="Steps in all" text={steps === null ? "unknown" : formatCount(steps)} />
            <Cost
              name="Time in steps"
              text={ms === null ? "not measured here yet" : `about ${formatDuration(ms)}`}
            />
          </>
        )}
      </dl>
      {ms === null && runs.length > 0 && (
        <p className="runs-words">
          The time is estimated from runs of this browser, or from Measure in the Playground.
        </p>
      )}
      {leftOut.length > 0 && (
        <details className="sweep-left-out" open={runs.length === 0}>
          <summary>
            {formatCount(leftOut.length)}{" "}
            {leftOut.length === 1 ? "combination is" : "combinations are"} left out
          </summary>
          <ul>
            {leftOut.slice(0, MOST_LEFT_OUT).map(({ name, reason }) => (
              <li key={name}>
                <b>{name}</b>: {reason}
              </li>
            ))}
            {leftOut.length > MOST_LEFT_OUT && (
              <li>and {formatCount(leftOut.length - MOST_LEFT_OUT)} more</li>
            )}
          </ul>
        </details>
      )}
    </section>
  );
}

function Cost({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function rangeOf(values: readonly number[], text: (value: number) => string): string {
  const [least, most] = [leastOf(values), greatestOf(values)];
  return least === most ? text(least) : `${text(least)} to ${text(most)}`;
}

/** Steps of recorded runs on the engine that is asked for, and one that was measured with the current settings. */
function useMeasuredSteps(base: Settings): readonly MeasuredStep[] {
  const heads = useRuns((state) => state.heads);
  const speed = usePlayground(({ measurements }) => speedOf(measurements, base));
  return useMemo(() => {
    const recorded = (heads ?? [])
      .filter(
        ({ engine }) =>
          base.engine === "automatic" || engine === null || engine.engine === base.engine,
      )
      .slice(0, MOST_MEASURED)
      .flatMap(stepOf);
    const macs = costsOf(base)?.macs;
    return speed === null || macs === undefined
      ? recorded
      : [...recorded, { macs: macs * base.batchSize, stepMs: speed.stepMs }];
  }, [heads, speed, base]);
}

function stepOf({ costs, figures, settings }: RunHead): readonly MeasuredStep[] {
  if (costs === null || figures.step === 0 || figures.trainMs === 0) return [];
  return [{ macs: costs.macs * settings.batchSize, stepMs: figures.trainMs / figures.step }];
}
