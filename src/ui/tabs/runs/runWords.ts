/** The words of the Runs tab. Pure functions. */
import { folderOf } from "../../../core/folderOf.ts";
import { formatCount, formatDuration, formatPercent } from "../../../core/units.ts";
import type { RunOrder, RunQuery } from "../../../runs/findRuns.ts";
import { type RunUsage, runsToRemove } from "../../../runs/runBudget.ts";
import { type RunHead, type RunKind, type RunOutcome, titleOf } from "../../../runs/runRecord.ts";
import type { CheckpointsInUse } from "../../../store/runs/keptCheckpoints.ts";

type Options<V extends string> = readonly { readonly value: V; readonly label: string }[];

export const KIND_OPTIONS: Options<RunQuery["kind"]> = [
  { value: "all", label: "All kinds" },
  { value: "run", label: "Runs" },
  { value: "race", label: "Races" },
  { value: "experiment", label: "Experiments" },
  { value: "sweep", label: "Sweeps" },
];

const KIND_WORDS: Readonly<Record<RunKind, string>> = {
  run: "Run",
  race: "Race",
  experiment: "Experiment",
  sweep: "Sweep",
};

export const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  running: "Training",
  finished: "Finished",
  stopped: "Stopped with its page",
  failed: "Failed",
  reset: "Reset",
};

export const OUTCOME_OPTIONS: Options<RunQuery["outcome"]> = [
  { value: "all", label: "Any outcome" },
  { value: "finished", label: "Finished" },
  { value: "running", label: "Training" },
  { value: "stopped", label: "Stopped" },
  { value: "failed", label: "Failed" },
  { value: "reset", label: "Reset" },
];

export const ORDER_OPTIONS: Options<RunOrder> = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "name", label: "By name" },
  { value: "accuracy", label: "Best accuracy first" },
  { value: "loss", label: "Lowest loss first" },
  { value: "time", label: "Shortest first" },
  { value: "parameters", label: "Fewest parameters first" },
  { value: "macs", label: "Fewest MACs first" },
];

/** Independent of the locale, like all texts of the page: `28 Nov, 23:05`, with the year when it is another one. */
export function dateText(time: number, now: number): string {
  const date = new Date(time);
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : ` ${date.getFullYear()}`;
  const minutes = String(date.getMinutes()).padStart(2, "0");
  return `${date.getDate()} ${months[date.getMonth()]}${year}, ${date.getHours()}:${minutes}`;
}

/** Writes `Finished · 28 Nov, 23:05 · 2,800 steps in 41 s · CPU compiled` */
export function summaryOf(head: RunHead, now: number): string {
  const { outcome, startedAt, figures, engine, group, kind } = head;
  const steps = `${formatCount(figures.step)} ${figures.step === 1 ? "step" : "steps"} in ${formatDuration(figures.trainMs)}`;
  const isLane = group !== null && kind !== "sweep";
  const where = isLane
    ? [`${KIND_WORDS[kind]}: ${group.lane}`]
    : kind === "run"
      ? []
      : [KIND_WORDS[kind]];
  return [
    OUTCOME_WORDS[outcome],
    dateText(startedAt, now),
    steps,
    ...(engine === null ? [] : [engine.label]),
    ...where,
  ].join(" · ");
}

/** Writes `test 84.1 %`, `validation 83.2 %`, `training 60.0 %` or nothing. */
export function accuracyText({ figures: { test, validation, training } }: RunHead): string {
  if (test !== null) return `test ${formatPercent(test.accuracy)}`;
  if (validation !== null) return `validation ${formatPercent(validation.accuracy)}`;
  return training === null ? "" : `training ${formatPercent(training.accuracy)}`;
}

/** The share of the room from which the page says what will go. */
const NEARLY_FULL = 0.8;

/** Names the runs that go first when there is little room left; `null` while there is enough. */
export function warningOf(usage: RunUsage, heads: readonly RunHead[]): string | null {
  if (usage.bytes < NEARLY_FULL * usage.limitBytes) return null;
  const [first, ...others] = runsToRemove(
    heads,
    NEARLY_FULL * usage.limitBytes,
    0,
    new Set(heads.filter(({ outcome }) => outcome === "running").map(({ id }) => id)),
  );
  if (first === undefined)
    return "It is nearly full, and every run is pinned: new runs will not be kept. Take pins off or delete runs.";
  const more = others.length === 0 ? "" : ` and ${formatCount(others.length)} more`;
  return `It is nearly full. Next to go: ${titleOf(first)}${more}. Pin or export what you want to keep.`;
}

/** Names the runs whose checkpoints go first when there is little room left; `null` while there is enough. */
export function checkpointsWarningOf(
  { bytes, limitBytes, next }: CheckpointsInUse,
  heads: readonly RunHead[],
): string | null {
  if (bytes < NEARLY_FULL * limitBytes) return null;
  const [first, ...others] = next;
  if (first === undefined)
    return "Checkpoints have nearly used up their room, and all are of runs that train or are pinned: new ones may not be kept. Take pins off or delete runs.";
  const head = heads.find(({ id }) => folderOf(id) === first);
  const name = head === undefined ? "a run that is not listed" : titleOf(head);
  const more = others.length === 0 ? "" : `, then those of ${formatCount(others.length)} more`;
  return `Checkpoints have nearly used up their room. Next to go: those of ${name}${more}. Pin the run to keep them.`;
}

/** Says what *Forget everything* deletes: a person's own files alone where there are no runs. */
export function forgetWords(numRuns: number): string {
  if (numRuns === 0)
    return "The files of your own that this browser keeps are deleted from it. This cannot be undone.";
  const runs =
    numRuns === 1
      ? "The one recorded run is deleted from this browser, even if it is pinned, with its notes and checkpoints"
      : `All ${formatCount(numRuns)} recorded runs are deleted from this browser, pinned ones too, with their notes and checkpoints`;
  return `${runs}, and so are files of your own that it keeps. This cannot be undone. A run that trains now, in this tab or another one, goes on, but it is no longer recorded and keeps no more checkpoints: a reload loses it, so export what matters.`;
}
