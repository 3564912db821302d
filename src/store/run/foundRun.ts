/** Describes runs that have checkpoints: one that an earlier visit left unfinished, and those whose checkpoints go next. */
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import type { StoredRun } from "../../checkpoint/runFolders.ts";
import { formatBytes, formatCount, formatDuration } from "../../core/units.ts";
import { isOwnDataSet, type OwnDataSet } from "../../settings/ownData.ts";
import { RECIPES } from "../../settings/recipes/registry.ts";
import type { OwnDataState } from "../data/ownData.ts";
import type { FoundExperiment, KeptExperiment } from "../race/keptExperiment.ts";

/** Returns for example `Residual connections or none, seed 2 of 3, step 40 of 100, 3 min ago.` */
export function foundExperimentText({ title, checkpoint }: FoundExperiment, now: number): string {
  return checkpoint === null
    ? `${title}, from its first step.`
    : `${title}, ${placeText(checkpoint, now)}`;
}

/** Returns for example `The notebook, step 412 of 1,874, 3 min ago.` or `A race of 2 networks (Separable, Ordinary), step ...`. */
export function foundText(found: CheckpointSummary, now: number): string {
  return `${titleOf(found)}, ${placeText(found, now)}`;
}

function placeText(summary: CheckpointSummary, now: number): string {
  const ago = Math.max(0, now - summary.savedAt);
  const when = ago < 60_000 ? "less than a minute ago" : `${formatDuration(ago)} ago`;
  return `${stepText(summary)}, ${when}.`;
}

/** Returns for example `step 412 of 1,874`. A run that has just been started does not know its length. */
export function stepText({ step, totalSteps }: CheckpointSummary): string {
  return `step ${formatCount(step)}${totalSteps > 0 ? ` of ${formatCount(totalSteps)}` : ""}`;
}

/** The networks of a race have ids of their own. */
export function isOfRace({ runId, lanes }: CheckpointSummary): boolean {
  return lanes.some((lane) => lane.runId !== runId);
}

/** Returns for example `The notebook` or `A race of 2 networks (Separable, Ordinary)`. */
export function titleOf(found: CheckpointSummary): string {
  const { recipe, lanes } = found;
  if (!isOfRace(found)) return RECIPES.find(({ id }) => id === recipe)?.title ?? "A run";
  const names = lanes.flatMap(({ name }) => name ?? []).join(", ");
  return `A race of ${formatCount(lanes.length)} networks${names && ` (${names})`}`;
}

/** Says whose checkpoints are removed when room is needed next; `null` when nothing is removed. */
export function goesNextText(
  next: readonly StoredRun[],
  limitBytes: number,
  now: number,
): string | null {
  const [first, ...others] = next;
  if (first === undefined) return null;
  const name = first.summary === null ? "A run" : foundText(first.summary, now).slice(0, -1);
  const more = others.length === 0 ? "" : `, and those of ${formatCount(others.length)} more`;
  return `The next checkpoint removes the one of another run (${name})${more}: all checkpoints may take ${formatBytes(limitBytes)} in this browser. Pin a run in Runs to keep its own.`;
}

/** Returns the kind of a person's own files that it trains on. */
export function ownKindOf(found: CheckpointSummary | KeptExperiment): OwnDataSet | undefined {
  const networks = "lanes" in found ? found.lanes : found.arms.map(({ arm }) => arm);
  return networks.map(({ settings }) => settings.dataSet).find(isOwnDataSet);
}

/** Says which of a person's own files a run, race or experiment needs; empty for one that needs none, or whose files are chosen. */
export function ownFilesText(
  found: CheckpointSummary | KeptExperiment,
  { chosen }: Pick<OwnDataState, "chosen">,
): string {
  const { ownFiles } = found;
  const kind = ownKindOf(found);
  if (kind === undefined) return "";
  const files = chosen[kind];
  if (files === undefined) return " Choose the same files again, then go on.";
  const checksum = files.description.own?.checksum;
  return ownFiles === undefined || checksum === undefined || checksum === ownFiles
    ? ""
    : " The chosen files are not those that it began with: choose those, then go on.";
}
