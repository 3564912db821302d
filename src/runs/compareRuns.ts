/** Compares recorded runs: their settings, their final figures, and which are seeds of one set-up. Pure functions. */
import { formatCount, formatDuration, formatLarge, formatPercent } from "../core/units.ts";
import { applies } from "../settings/applies.ts";
import { FIELDS, formatSetting, SETTING_KEYS } from "../settings/fields.ts";
import type { SettingKey } from "../settings/settings.ts";
import { valueText } from "../settings/settingText.ts";
import { recipeTitle } from "./runName.ts";
import type { RunHead } from "./runRecord.ts";

export interface ComparedRow {
  readonly key: string;
  readonly label: string;
  /** One text for each run. A setting without an effect in a run is a dash. */
  readonly texts: readonly string[];
  readonly differs: boolean;
}

/** Returns a row for the recipe, one for each setting that has an effect in one of the runs, and those for engine and data. */
export function comparedSettings(heads: readonly RunHead[]): readonly ComparedRow[] {
  const settings = SETTING_KEYS.flatMap((key) => {
    const texts = heads.map((head) =>
      applies(key, head.settings) ? valueText(key, head.settings) : "–",
    );
    if (texts.every((text) => text === "–")) return [];
    return [row(key, FIELDS[key].label, texts)];
  });
  return [
    row(
      "recipe",
      "Recipe",
      heads.map(({ recipeId }) => recipeTitle(recipeId)),
    ),
    ...settings,
    row(
      "ran-on",
      "Ran on",
      heads.map(({ engine }) => (engine === null ? "–" : `${engine.label}, ${engine.device}`)),
    ),
    row(
      "data",
      "Images",
      heads.map(({ data }) => (data === "" ? "–" : data)),
    ),
  ];
}

function row(key: string, label: string, texts: readonly string[]): ComparedRow {
  return { key, label, texts, differs: new Set(texts).size > 1 };
}

/** A final figure of a run, as a number for bars and as text. */
export interface FigureColumn {
  readonly key: string;
  readonly label: string;
  /** Whether a higher number is better; `undefined` when neither is. */
  readonly higherIsBetter?: boolean;
  readonly valueOf: (head: RunHead) => number | null;
  readonly textOf: (value: number) => string;
}

const loss = (value: number) => value.toFixed(3);

export const FIGURES = [
  {
    key: "test",
    label: "Test accuracy",
    higherIsBetter: true,
    valueOf: ({ figures }) => figures.test?.accuracy ?? null,
    textOf: formatPercent,
  },
  {
    key: "validation",
    label: "Validation accuracy",
    higherIsBetter: true,
    valueOf: ({ figures }) => figures.validation?.accuracy ?? null,
    textOf: formatPercent,
  },
  {
    key: "best",
    label: "Best validation",
    higherIsBetter: true,
    valueOf: ({ figures }) => figures.best?.accuracy ?? null,
    textOf: formatPercent,
  },
  {
    key: "training",
    label: "Training accuracy",
    higherIsBetter: true,
    valueOf: ({ figures }) => figures.training?.accuracy ?? null,
    textOf: formatPercent,
  },
  {
    key: "loss",
    label: "Validation loss",
    higherIsBetter: false,
    valueOf: ({ figures }) => figures.validation?.loss ?? null,
    textOf: loss,
  },
  {
    key: "steps",
    label: "Steps",
    valueOf: ({ figures }) => figures.step,
    textOf: formatCount,
  },
  {
    key: "time",
    label: "Time in steps",
    higherIsBetter: false,
    valueOf: ({ figures }) => figures.trainMs,
    textOf: formatDuration,
  },
  {
    key: "step-time",
    label: "Time of a step",
    higherIsBetter: false,
    valueOf: ({ figures }) => (figures.step === 0 ? null : figures.trainMs / figures.step),
    textOf: formatDuration,
  },
  {
    key: "parameters",
    label: "Parameters",
    valueOf: ({ costs }) => costs?.parameters ?? null,
    textOf: formatCount,
  },
  {
    key: "macs",
    label: "MACs of an image",
    valueOf: ({ costs }) => costs?.macs ?? null,
    textOf: formatLarge,
  },
] as const satisfies readonly FigureColumn[];

/** The newest accuracy that says most: of the test, or else of the newest validation. */
export function accuracyOf({ figures }: RunHead): number | null {
  return figures.test?.accuracy ?? figures.validation?.accuracy ?? null;
}

/** Settings that change what a run learns by no more than its seed does. */
const CHANCE_KEYS: readonly SettingKey[] = ["seed", "threads", "engine", "tfjsBackend"];

/** Groups runs whose settings are equal except for the seed and the engine, in the order in which each group begins. */
export function seedGroups(heads: readonly RunHead[]): readonly (readonly RunHead[])[] {
  const groups = new Map<string, RunHead[]>();
  for (const head of heads) {
    const key = SETTING_KEYS.filter((one) => !CHANCE_KEYS.includes(one))
      .map((one) => formatSetting(one, head.settings[one]))
      .join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [head]);
    else group.push(head);
  }
  return [...groups.values()];
}

/**
 * Returns the runs that no other one dominates: none is at least as accurate and costs less. They are the front of a sweep,
 * ascending in cost.
 */
export function frontOf<P extends { readonly cost: number; readonly accuracy: number }>(
  points: readonly P[],
): readonly P[] {
  const sorted = points.toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  const front: P[] = [];
  for (const point of sorted) {
    const best = front.at(-1);
    if (best === undefined || point.accuracy > best.accuracy) front.push(point);
  }
  return front;
}
