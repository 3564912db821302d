/**
 * Chooses the rival of the current network: its twin with the other kind of convolution, a twin with as many parameters, a
 * recipe, itself with one setting changed, or itself on another engine. Pure functions.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { matchParameters, parametersOf } from "../../network/matchParameters.ts";
import { FIELDS, formatSetting, parseSetting, SETTING_KEYS } from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { BATCH_KEYS, onBatchesOf } from "../../settings/sameBatches.ts";
import type {
  ConvolutionKind,
  EngineChoice,
  SettingKey,
  Settings,
} from "../../settings/settings.ts";
import { settingText } from "../../settings/settingText.ts";
import { twinOf } from "../../settings/twin.ts";
import type { LanePlan } from "./state.ts";

export type Rival =
  | { readonly kind: "twin" }
  | { readonly kind: "matched" }
  | { readonly kind: "recipe"; readonly recipeId: string }
  | { readonly kind: "setting"; readonly key: SettingKey; readonly text: string }
  | { readonly kind: "engines"; readonly engines: readonly [RacingEngine, RacingEngine] };

/** Excludes Automatic, because a racing engine must have a name. */
export type RacingEngine = Exclude<EngineChoice, "automatic">;

/** Settings in which a rival may differ. Excluded are those that determine the batches, lists of numbers, and names of layers. */
export const RIVAL_KEYS: readonly SettingKey[] = SETTING_KEYS.filter(
  (key) => !isBatchKey(key) && FIELDS[key].kind !== "integers" && key !== "cutLayer",
);

/**
 * Returns the two lanes, the current network first.
 *
 * @throws PlaygroundError `setting.invalid` or `network.*`
 */
export function lanesFor(current: Settings, rival: Rival): readonly [LanePlan, LanePlan] {
  switch (rival.kind) {
    case "twin": {
      const twin = twinOf(current);
      return [plan(kindName(current), current), plan(kindName(twin), twin)];
    }
    case "matched": {
      const matched = matchParameters(twinOf(current), parametersOf(current));
      const name = `${kindName(matched)}, width ${Number(matched.width.toFixed(3))}`;
      return [plan(kindName(current), current), plan(name, matched)];
    }
    case "recipe": {
      const { title, settings } = recipeById(rival.recipeId);
      return [plan("Current", current), plan(title, onBatchesOf(current, settings))];
    }
    case "setting": {
      const { key, text } = rival;
      const changed = { ...current, [key]: parseSetting(key, text) };
      return [plan(settingText(key, current), current), plan(settingText(key, changed), changed)];
    }
    case "engines": {
      const [one, other] = rival.engines;
      if (one === other) throw sameEngine(one);
      return [onEngine(current, one), onEngine(current, other)];
    }
  }
}

/** Returns the initial pair of engines: the chosen one, if any, and the one that all others are compared with. */
export function enginesFor({ engine }: Settings): readonly [RacingEngine, RacingEngine] {
  return [engine === "wasm" ? "wasm" : "webgpu", "tfjs"];
}

/** Tells whether the lanes differ in the engine only. */
export function raceEngines(plans: readonly LanePlan[]): boolean {
  const [first, ...others] = plans;
  if (first === undefined || others.length === 0) return false;
  return others.every(({ settings }) =>
    SETTING_KEYS.every(
      (key) =>
        (key === "engine") !==
        (formatSetting(key, settings[key]) === formatSetting(key, first.settings[key])),
    ),
  );
}

/** Returns a different value of the setting to start from: the next choice, the opposite switch, twice or half the number. */
export function otherValue(key: SettingKey, current: Settings): string {
  const field = FIELDS[key];
  const text = formatSetting(key, current[key]);
  if (field.kind === "switch") return text === "on" ? "off" : "on";
  if (field.kind === "choice") {
    const values = field.options.map(({ value }) => String(value));
    return values[(values.indexOf(text) + 1) % values.length] ?? text;
  }
  if (field.kind === "integers") return text;
  const value = Number(text);
  const doubled = value === 0 ? field.step : 2 * value;
  const other = doubled <= field.max ? doubled : value / 2;
  return String(field.integer ? Math.round(other) : Number(other.toPrecision(6)));
}

const KIND_NAMES: Readonly<Record<ConvolutionKind, string>> = {
  separable: "Separable",
  ordinary: "Ordinary",
  "pointwise-first": "Pointwise first",
};

function kindName({ convolution }: Settings): string {
  return KIND_NAMES[convolution];
}

function onEngine(settings: Settings, engine: RacingEngine): LanePlan {
  return plan(engineName(engine), { ...settings, engine });
}

export function engineName(engine: EngineChoice): string {
  return FIELDS.engine.options.find(({ value }) => value === engine)?.label ?? engine;
}

function sameEngine(engine: RacingEngine): PlaygroundError {
  return new PlaygroundError({
    code: "setting.invalid",
    where: "Engines",
    rule: "two different engines race",
    got: `${engineName(engine)} twice`,
    remedy: "Choose another one for one of them.",
    context: { setting: "engine" },
  });
}

function plan(name: string, settings: Settings): LanePlan {
  return { name, settings };
}

function isBatchKey(key: SettingKey): boolean {
  return BATCH_KEYS.includes(key);
}
