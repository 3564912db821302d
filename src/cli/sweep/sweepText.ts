/** The lines that `sweep` prints: what the sweep has, and each run that ends. Pure functions. */
import { greatestOf, leastOf } from "../../core/numbers.ts";
import { formatCount, formatDuration, formatLarge, formatPercent } from "../../core/units.ts";
import type { PlannedRun } from "../../settings/sweeps/planSweep.ts";
import type { RunOutcome } from "./sweepFolder.ts";
import type { SweepRequest } from "./sweepRequest.ts";

export function planLines({
  sweep: { name, sample },
  plan: { runs, leftOut },
}: Pick<SweepRequest, "sweep" | "plan">): readonly string[] {
  const kind = sample === null ? "a grid" : `a sample with seed ${sample.seed}`;
  const range = (values: readonly number[], text: (value: number) => string) => {
    const [least, most] = [leastOf(values), greatestOf(values)];
    return least === most ? text(least) : `${text(least)} to ${text(most)}`;
  };
  return [
    ...leftOut.map((one) => `Left out: ${one.name}. ${one.reason}`),
    `${name}: ${formatCount(runs.length)} ${runs.length === 1 ? "run" : "runs"}, ${kind}.`,
    ...runs.map((run) => `  ${run.name}`),
    ...(runs.length === 0
      ? []
      : [
          `Parameters: ${range(
            runs.map(({ parameters }) => parameters),
            formatCount,
          )}. MACs of an image: ${range(
            runs.map(({ macs }) => macs),
            formatLarge,
          )}.`,
        ]),
  ];
}

/** Writes `3 of 8: Width multiplier 0.25, Seed 1: test 81.20 %, 134,210 parameters, 12 s` */
export function runLine(run: PlannedRun, outcome: RunOutcome, runs: readonly PlannedRun[]): string {
  const place = `${runs.indexOf(run) + 1} of ${runs.length}: ${run.name}`;
  if (outcome.kind !== "finished")
    return `${place}: ${outcome.kind === "failed" ? `failed. ${outcome.reason}` : outcome.kind}`;
  const { testAccuracy, validationAccuracy, trainSeconds } = outcome.result;
  const accuracy =
    testAccuracy !== null
      ? `test ${formatPercent(testAccuracy, 2)}`
      : validationAccuracy !== null
        ? `validation ${formatPercent(validationAccuracy, 2)}`
        : "no test";
  return `${place}: ${accuracy}, ${formatCount(run.parameters)} parameters, ${formatDuration(1000 * trainSeconds)}`;
}
