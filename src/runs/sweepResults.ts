/** The results of a sweep from the records of its runs: as a table, by two settings, and along all of them. Pure functions. */
import { type CsvCell, csvText } from "../core/csv.ts";
import { greatestOf, leastOf } from "../core/numbers.ts";
import { applies } from "../settings/applies.ts";
import { FIELDS, type Field, formatSetting, SETTING_KEYS } from "../settings/fields.ts";
import type { SettingKey } from "../settings/settings.ts";
import { valueText } from "../settings/settingText.ts";
import { accuracyOf, FIGURES } from "./compareRuns.ts";
import type { RunHead } from "./runRecord.ts";

/** The recorded runs of one sweep, the most accurate ones first. */
export interface SweepGroup {
  readonly id: string;
  readonly name: string;
  /** The settings that differ between the runs. */
  readonly keys: readonly SettingKey[];
  readonly heads: readonly RunHead[];
}

/** Settings that differ between machines and processes without changing a result. */
const INCIDENTAL: readonly SettingKey[] = ["threads"];

/** Groups the recorded runs of sweeps, in the order in which each sweep first occurs. */
export function sweepGroups(heads: readonly RunHead[]): readonly SweepGroup[] {
  const groups = new Map<string, RunHead[]>();
  for (const head of heads) {
    if (head.kind !== "sweep" || head.group === null || head.deletedAt !== null) continue;
    const known = groups.get(head.group.id);
    if (known === undefined) groups.set(head.group.id, [head]);
    else known.push(head);
  }
  return [...groups].map(([id, own]) => ({
    id,
    name: own[0]?.group?.title ?? "",
    keys: variedKeys(own),
    heads: own.toSorted((a, b) => (accuracyOf(b) ?? -1) - (accuracyOf(a) ?? -1)),
  }));
}

function variedKeys(heads: readonly RunHead[]): readonly SettingKey[] {
  return SETTING_KEYS.filter(
    (key) =>
      !INCIDENTAL.includes(key) &&
      new Set(heads.map(({ settings }) => formatSetting(key, settings[key]))).size > 1,
  );
}

/** A value of a setting among the runs, as text; a dash where the setting has no effect. */
export function valueIn(key: SettingKey, { settings }: RunHead): string {
  return applies(key, settings) ? valueText(key, settings) : "–";
}

/** Returns the texts of all values of a setting: numbers ascending, others in the order of the control's options. */
export function valuesOf(key: SettingKey, heads: readonly RunHead[]): readonly string[] {
  const field: Field = FIELDS[key];
  const places = new Map<string, number>();
  for (const head of heads) {
    const text = formatSetting(key, head.settings[key]);
    const place =
      field.kind === "choice"
        ? field.options.findIndex(({ value }) => value === text)
        : Number.parseFloat(text);
    const shown = valueIn(key, head);
    places.set(shown, shown === "–" ? Number.POSITIVE_INFINITY : Number.isNaN(place) ? 0 : place);
  }
  return [...places].sort(([, a], [, b]) => a - b).map(([text]) => text);
}

export interface HeatTable {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** `[columns][rows]`: the mean accuracy of the runs there; `null` where there is none. */
  readonly means: readonly (readonly (number | null)[])[];
  /** The most runs that one mean is of. */
  readonly mostRuns: number;
}

export function heatTable(
  heads: readonly RunHead[],
  column: SettingKey,
  row: SettingKey,
): HeatTable {
  const [columns, rows] = [valuesOf(column, heads), valuesOf(row, heads)];
  let mostRuns = 0;
  const means = columns.map((x) =>
    rows.map((y) => {
      const accuracies = heads
        .filter((head) => valueIn(column, head) === x && valueIn(row, head) === y)
        .map(accuracyOf)
        .filter((accuracy) => accuracy !== null);
      mostRuns = Math.max(mostRuns, accuracies.length);
      if (accuracies.length === 0) return null;
      return accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length;
    }),
  );
  return { columns, rows, means, mostRuns };
}

/** One axis of parallel coordinates. */
export interface ParallelAxis {
  readonly title: string;
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
  /** The place of each run in `[0, 1]`, in their order; `null` without a value. */
  readonly places: readonly (number | null)[];
}

/** More values than these are placed by their size instead of evenly. */
const MOST_EVEN = 10;

/** Returns an axis for each varied setting, for the parameters, and for the accuracy. */
export function parallelAxes({ keys, heads }: SweepGroup): readonly ParallelAxis[] {
  const settings = keys.map((key): ParallelAxis => {
    const values = valuesOf(key, heads);
    const title = FIELDS[key].label;
    if (values.length > MOST_EVEN && FIELDS[key].kind === "number")
      return bySize(
        title,
        heads.map(({ settings: own }) => Number(own[key])),
        (value) => String(Number(value.toPrecision(3))),
      );
    const placeOf = (text: string) =>
      values.length < 2 ? 0.5 : values.indexOf(text) / (values.length - 1);
    return {
      title,
      ticks: values.map((text) => ({ place: placeOf(text), text })),
      places: heads.map((head) => placeOf(valueIn(key, head))),
    };
  });
  const figures = (["parameters", "test", "validation"] as const).flatMap((wanted) => {
    const figure = FIGURES.find(({ key }) => key === wanted);
    const values = figure === undefined ? [] : heads.map(figure.valueOf);
    const isConstant = new Set(values).size < 2;
    if (figure === undefined || isConstant) return [];
    return [bySize(figure.label, values, figure.textOf)];
  });
  return [...settings, ...figures];
}

function bySize(
  title: string,
  values: readonly (number | null)[],
  textOf: (value: number) => string,
): ParallelAxis {
  const known = values.filter((value) => value !== null);
  const low = leastOf(known);
  const high = greatestOf(known);
  const isLogarithmic = low > 0 && high / low > 30;
  const scaled = (value: number) => (isLogarithmic ? Math.log(value) : value);
  const span = scaled(high) - scaled(low) || 1;
  const placeOf = (value: number) => (scaled(value) - scaled(low)) / span;
  const middle = isLogarithmic ? Math.sqrt(low * high) : (low + high) / 2;
  return {
    title: isLogarithmic ? `${title} (log)` : title,
    ticks: [low, middle, high].map((value) => ({ place: placeOf(value), text: textOf(value) })),
    places: values.map((value) => (value === null ? null : placeOf(value))),
  };
}

/** Writes a row for each run: its varied settings and its final figures. */
export function sweepCsv({ keys, heads }: SweepGroup): string {
  return csvText([
    ["run", "outcome", ...keys, ...FIGURES.map(({ label }) => label), "id"],
    ...heads.map((head): readonly CsvCell[] => [
      head.group?.lane ?? "",
      head.outcome,
      ...keys.map((key) => formatSetting(key, head.settings[key])),
      ...FIGURES.map((figure) => figure.valueOf(head)),
      head.id,
    ]),
  ]);
}
