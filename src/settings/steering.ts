/** The settings that may change while a run trains. All others start a new run. */
import { checkSettingIn, FIELDS, formatSetting } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

export const STEERED_KEYS = [
  "learningRate",
  "schedule",
  "warmUpSteps",
  "decayFactor",
  "decayEpochs",
  "horizontalFlip",
  "shift",
  "shear",
  "zoom",
  "budget",
  "epochs",
  "steps",
  "images",
  "timeLimit",
  "stopAccuracy",
  "patience",
  "minImprovement",
  "restoreBest",
  "frozenLayers",
] as const satisfies readonly SettingKey[];
type SteeredKey = (typeof STEERED_KEYS)[number];
export type Steered = Pick<Settings, SteeredKey>;

/** Settings that apply from a step on, counted from 0. */
export interface SettingsChange {
  readonly step: number;
  readonly settings: Steered;
}

export function isSteered(key: SettingKey): key is SteeredKey {
  return STEERED_KEYS.some((one) => one === key);
}

export function steeredOf(settings: Steered): Steered {
  return pick(STEERED_KEYS, (key) => settings[key]);
}

/**
 * Checks the steered settings of a message.
 * @throws PlaygroundError `setting.invalid`
 */
export function checkSteered(value: unknown): Steered {
  const record: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value ?? {}));
  return pick(STEERED_KEYS, (key) => checkSettingIn(key, record));
}

/** Returns the settings with those of `keys` taken from `other`. */
export function steeredWith(
  settings: Steered,
  other: Steered,
  keys: ReadonlySet<SettingKey>,
): Steered {
  return pick(STEERED_KEYS, (key) => (keys.has(key) ? other : settings)[key]);
}

/** Names what differs: `Learning rate 0.001, Zoom 0.1`. */
export function steeredWords(before: Steered, after: Steered): string {
  return STEERED_KEYS.filter((key) => before[key] !== after[key])
    .map((key) => `${FIELDS[key].label} ${formatSetting(key, after[key])}`)
    .join(", ");
}

function pick(
  keys: readonly SteeredKey[],
  valueFor: <K extends SteeredKey>(key: K) => Steered[K],
): Steered {
  const picked: { -readonly [K in SteeredKey]?: Steered[K] } = {};
  const take = <K extends SteeredKey>(key: K): void => {
    picked[key] = valueFor(key);
  };
  for (const key of keys) take(key);
  return picked as Steered;
}
