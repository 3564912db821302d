/**
 * Parses settings from the command line: `--set key=value`, and the options that stand for a setting. The rules are those of
 * the page's controls. Every word on the command line is typed on purpose, so it also refuses a setting without effect and one
 * that is given twice.
 */
import { PlaygroundError } from "../core/errors.ts";
import { applies } from "../settings/applies.ts";
import {
  FIELDS,
  type Field,
  fromText,
  isSettingKey,
  parseSetting,
  SETTING_KEYS,
  wrongValue,
} from "../settings/fields.ts";
import type { SettingKey, Settings } from "../settings/settings.ts";
import { didYouMean } from "./suggestion.ts";

/** A setting as it was typed. */
export interface Assignment {
  /** The part of the command line that sets it: `--set width`, `--steps`. */
  readonly where: string;
  readonly key: SettingKey;
  readonly text: string;
  /** True when it follows from an option and was not typed itself. Repeating it is then allowed. */
  readonly isImplied?: true;
}

/**
 * Applies the typed settings to `given`.
 * @param others other settings that decide whether a setting has an effect.
 * @throws PlaygroundError `setting.invalid` or `command.invalid`
 */
export function withAssignments(
  given: Settings,
  assignments: readonly Assignment[],
  others: Partial<Settings> = {},
): Settings {
  requireOnce(assignments);
  const settings = assignments.reduce(
    (before, assignment): Settings => ({ ...before, [assignment.key]: settingOf(assignment) }),
    given,
  );
  requireEffects(assignments, { ...settings, ...others });
  return settings;
}

/** @throws PlaygroundError `command.invalid` for a typed setting that does nothing beside the others */
export function requireEffects(assignments: readonly Assignment[], settings: Settings): void {
  for (const assignment of assignments)
    if (!assignment.isImplied) requireEffect(assignment, settings);
}

/** @throws PlaygroundError `setting.invalid` or `setting.unknown` */
export function assignmentOf(words: string): Assignment {
  const separator = words.indexOf("=");
  const name = separator < 0 ? words : words.slice(0, separator);
  if (isSettingKey(name) && separator > 0)
    return { where: `--set ${name}`, key: name, text: words.slice(separator + 1) };
  if (separator < 1) {
    const example = isSettingKey(name) ? name : "middleRepeats";
    throw new PlaygroundError({
      code: "setting.invalid",
      where: "--set",
      rule: "a setting is written key=value",
      expected: isSettingKey(name) ? `${name}=${ruleOf(name)}` : "key=value",
      got: `"${words}"`,
      remedy: `For instance --set ${example}=${exampleOf(example)}.`,
    });
  }
  throw new PlaygroundError({
    code: "setting.unknown",
    where: "--set",
    rule: "no setting has this name",
    expected: `one of ${SETTING_KEYS.join(", ")}`,
    got: `"${name}"`,
    remedy: didYouMean(name, SETTING_KEYS) ?? "Choose one of these.",
    context: { setting: name },
  });
}

function settingOf({ where, key, text }: Assignment): Settings[SettingKey] {
  const field: Field = FIELDS[key];
  const wrong = wrongValue(field, fromText(field, text.trim()));
  if (wrong === undefined) return parseSetting(key, text);
  const isChoice = field.kind === "choice";
  const options = isChoice ? field.options.map(({ value }) => value) : [];
  const otherwise = isChoice ? "Choose one of these." : "Correct it, or leave it out.";
  throw new PlaygroundError({
    code: "setting.invalid",
    where,
    rule: "the value does not fit",
    expected: wrong.expected ?? "another value",
    got: `"${text}"`,
    remedy: didYouMean(text, options) ?? otherwise,
    context: { setting: key },
  });
}

function requireOnce(assignments: readonly Assignment[]): void {
  const seen = new Map<SettingKey, Assignment>();
  for (const assignment of assignments) {
    const { key, where, text } = assignment;
    const before = seen.get(key);
    seen.set(key, assignment);
    if (before === undefined) continue;
    if ((before.isImplied || assignment.isImplied) && before.text === text) continue;
    throw new PlaygroundError({
      code: "command.invalid",
      where: before.where === where ? where : `${before.where} and ${where}`,
      rule: `the setting ${key} is given twice`,
      expected: "one value",
      got: `"${before.text}" and "${text}"`,
      remedy: "Leave one out.",
      context: { setting: key },
    });
  }
}

function requireEffect({ where, key }: Assignment, settings: Settings): void {
  if (applies(key, settings)) return;
  const conditions = FIELDS[key].appliesWhen ?? [];
  const named = SETTING_KEYS.filter((other) =>
    conditions.some((condition) => condition[other] !== undefined),
  );
  throw new PlaygroundError({
    code: "command.invalid",
    where,
    rule: "the setting does nothing beside the others",
    expected: conditions
      .map((condition) =>
        SETTING_KEYS.flatMap((other) => {
          const values = condition[other];
          if (values === undefined) return [];
          if ("not" in values) return [`${other}=anything but ${values.not}`];
          const words = "above" in values ? `more than ${values.above}` : values.join(" or ");
          return [`${other}=${words}`];
        }).join(" with "),
      )
      .join(", or "),
    got: named.map((other) => `${other}=${String(settings[other])}`).join(" with "),
    remedy: "Leave it out, or set that too.",
    context: { setting: key },
  });
}

function ruleOf(key: SettingKey): string {
  return wrongValue(FIELDS[key], undefined)?.expected ?? "VALUE";
}

function exampleOf(key: SettingKey): string {
  const field: Field = FIELDS[key];
  switch (field.kind) {
    case "number":
      return String(field.minIncluded === false ? field.max : Math.max(field.min, 1));
    case "choice":
      return field.options[0]?.value ?? "";
    case "switch":
      return "on";
    case "integers":
      return Array<number>(field.length).fill(field.max).join(",");
  }
}
