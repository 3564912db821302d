/** Describes what a step costs each lane of a race, and compares two engines in a sentence. Pure functions. */
import { formatDuration } from "../../core/units.ts";
import { toArray } from "../run/series.ts";
import { raceEngines } from "./rival.ts";
import type { LaneState, RaceState } from "./state.ts";

/** For two engines on one network: by what factor one step is slower than the other, and how far their losses differ. */
export function engineText(race: RaceState): string {
  const [faster, slower] = bySpeed(race);
  if (faster === undefined || slower === undefined) return "";
  const speed =
    `A step takes ${faster.name} ${formatDuration(faster.stepMs)} and ${slower.name} ` +
    `${formatDuration(slower.stepMs)}: ${timesText(slower.stepMs / faster.stepMs)} as long.`;
  return [speed, ...lossText(race.lanes)].join(" ");
}

/** Returns the engine with the shorter step, once both have taken steps. */
export function fasterEngine(race: RaceState): string | undefined {
  const [faster, slower] = bySpeed(race);
  return slower === undefined ? undefined : faster?.name;
}

function bySpeed({ plans, lanes }: RaceState) {
  if (!raceEngines(plans)) return [];
  return lanes
    .flatMap(({ name, run }) =>
      run.progress === null ? [] : [{ name, stepMs: run.progress.stepMs }],
    )
    .toSorted((a, b) => a.stepMs - b.stepMs);
}

/** Writes a factor: `1.4 times`, `124 times` */
function timesText(ratio: number): string {
  return `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)} times`;
}

/** Compares the losses at the newest validation that all lanes have had, because they see the same images there. */
function lossText(lanes: readonly LaneState[]): readonly string[] {
  const [first] = lanes;
  const steps = lanes.map(({ run }) => new Set(toArray(run.validation).map(({ step }) => step)));
  const step = toArray(first?.run.validation ?? { entries: [], length: 0 })
    .map((point) => point.step)
    .findLast((candidate) => steps.every((own) => own.has(candidate)));
  if (step === undefined) return [];
  const losses = lanes.map(
    ({ run }) => toArray(run.validation).findLast((point) => point.step === step)?.loss,
  );
  const words = losses.map((loss) => loss?.toFixed(4) ?? "").join(" and ");
  return [`At step ${step} their validation losses are ${words}.`];
}
