/**
 * Whom the current network races: its twin, a twin with as many parameters, a recipe, itself with one setting changed, or
 * itself on another engine. Pure.
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
import { twinOf } from "../../settings/twin.ts";
import type { LanePlan } from "./state.ts";

export type Rival =
  | { readonly kind: "twin" }
  | { readonly kind: "matched" }
  | { readonly kind: "recipe"; readonly recipeId: string }
  | { readonly kind: "setting"; readonly key: SettingKey; readonly text: string }
  | { readonly kind: "engines"; readonly engines: readonly [RacingEngine, RacingEngine] };

/** Not Automatic: what races has a name. */
export type RacingEngine = Exclude<EngineChoice, "automatic">;

/** Settings in which a rival may differ: not those that decide its batches, nor lists of numbers. */
export const RIVAL_KEYS: readonly SettingKey[] = SETTING_KEYS.filter(
  (key) => !isBatchKey(key) && FIELDS[key].kind !== "integers",
);

/**
 * The two lanes, the current network first.
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
      return [plan(valueName(key, current), current), plan(valueName(key, changed), changed)];
    }
    case "engines": {
      const [one, other] = rival.engines;
      if (one === other) throw sameEngine(one);
      return [onEngine(current, one), onEngine(current, other)];
    }
  }
}

/** The engines to start from: the one that is chosen, where one is, and the one that everything is compared with. */
export function enginesFor({ engine }: Settings): readonly [RacingEngine, RacingEngine] {
  return [engine === "wasm" ? "wasm" : "webgpu", "tfjs"];
}

/** Whether lanes differ in nothing but the engine. */
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

/** Another value of the setting to start from: the next choice, the other way of a switch, twice or half the number. */
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

/** `Middle-flow repeats 3`, `Residual connections off` */
function valueName(key: SettingKey, settings: Settings): string {
  const field = FIELDS[key];
  const text = formatSetting(key, settings[key]);
  const option =
    field.kind === "choice" ? field.options.find(({ value }) => value === text) : undefined;
  return `${field.label} ${option?.label ?? text}`;
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
