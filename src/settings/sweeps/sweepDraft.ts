/** A sweep as a person types it: a text of values for each setting. Pure functions. */
import type { PlaygroundError } from "../../core/errors.ts";
import { FIELDS, type Field, wrongValue } from "../fields.ts";
import type { SettingKey, Settings } from "../settings.ts";
import { type ReadSweep, readSweep, type SweepFile, sweepFile } from "./readSweep.ts";
import { MOST_RUNS } from "./sweep.ts";

export interface DraftAxis {
  readonly key: SettingKey;
  /** `0, 2, 4`, or a range: `1 to 5`; in a sample also `0.001 to 0.1 log`. */
  readonly text: string;
}

export interface SweepDraft {
  readonly name: string;
  readonly recipeId: string;
  readonly base: Settings;
  readonly axes: readonly DraftAxis[];
  readonly isSample: boolean;
  readonly runs: string;
  readonly seed: string;
}

type Values = SweepFile["vary"][string];

/** Reads the draft as its file would be read. Fixed settings that no run uses are left out, because they were not typed here. */
export function readDraft(draft: SweepDraft): ReadSweep {
  const file = fileOf(draft);
  const read = readSweep(file);
  if (read.sweep !== null || !read.problems.every(isOfFixed)) return read;
  const idle = new Set(read.problems.map(({ context }) => String(context.where)));
  const used = Object.entries(file.settings ?? {}).filter(([key]) => !idle.has(`settings.${key}`));
  return readSweep({ ...file, settings: Object.fromEntries(used) });
}

function isOfFixed({ context }: PlaygroundError): boolean {
  return String(context.where).startsWith("settings.");
}

function fileOf({ name, recipeId, base, axes, isSample, runs, seed }: SweepDraft): SweepFile {
  const varied = axes.map(({ key }) => ({ key, among: [] }));
  const { settings = {} } = sweepFile({ name, recipeId, base, axes: varied, sample: null });
  return {
    version: 1,
    ...(name.trim() !== "" && { name }),
    recipe: recipeId,
    settings,
    vary: Object.fromEntries(axes.map(({ key, text }) => [key, valuesIn(key, text, isSample)])),
    ...(isSample && { sample: { runs: Number(runs), seed: Number(seed) } }),
  };
}

function valuesIn(key: SettingKey, text: string, isSample: boolean): Values {
  const field: Field = FIELDS[key];
  const range = /^\s*([^\s,]+)\s+to\s+([^\s,]+?)(\s+log)?\s*$/i.exec(text);
  if (range !== null && field.kind === "number") {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (isSample) return { from, to, scale: range[3] === undefined ? "linear" : "log" };
    const isListed = field.integer && to >= from && to - from < MOST_RUNS;
    if (isListed) return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }
  // The numbers of one such value are separated by commas themselves.
  const separator = field.kind === "integers" ? ";" : ",";
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Says what may be typed: `a number from 0.125 to 1`. */
export function valuesRule(key: SettingKey): string {
  return wrongValue(FIELDS[key], undefined)?.expected ?? "values";
}
