import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import { applies } from "../settings/applies.ts";
import { FIELDS, type Field, formatSetting, SETTING_KEYS } from "../settings/fields.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import type { SettingKey, Settings } from "../settings/settings.ts";
import { assignmentOf, withAssignments } from "./assignments.ts";

function assigned(...words: readonly string[]): Settings {
  return withAssignments(oneMinute.settings, words.map(assignmentOf));
}

function faultOf(...words: readonly string[]): PlaygroundError {
  try {
    assigned(...words);
  } catch (error) {
    if (error instanceof PlaygroundError) return error;
    throw error;
  }
  throw new Error(`${words.join(" ")} was accepted`);
}

/** Returns settings under which the key has an effect. */
function conditionOf(key: SettingKey): readonly string[] {
  if (applies(key, oneMinute.settings)) return [];
  const condition = FIELDS[key].appliesWhen?.[0] ?? {};
  return SETTING_KEYS.flatMap((other) => {
    const allowed = condition[other] ?? [];
    if ("not" in allowed) return [`${other}=another`];
    const value = "above" in allowed ? allowed.above + 1 : allowed[0];
    return value === undefined ? [] : [`${other}=${String(value)}`];
  });
}

/** Returns texts that the field must accept: both ends of its range, each of its options. */
function goodTexts(field: Field): readonly string[] {
  switch (field.kind) {
    case "number":
      return [...(field.minIncluded === false ? [] : [field.min]), field.max].map(String);
    case "choice":
      return field.options.map(({ value }) => value);
    case "switch":
      return ["on", "off", "true", "false"];
    case "integers":
      return [Array<number>(field.length).fill(field.max).join(",")];
  }
}

/** Returns invalid texts: values just outside its range, and nonsense. */
function badTexts(field: Field): readonly string[] {
  const nonsense = ["", " ", "nonsense", "NaN", "1;2"];
  switch (field.kind) {
    case "number": {
      const beyond = field.integer ? 1 : field.step / 1000;
      const below = field.minIncluded === false ? field.min : field.min - beyond;
      const between = field.integer ? [String(field.min + 0.5)] : [];
      const offGrid = field.onlySteps ? [String(field.min + field.step / 2)] : [];
      return [
        ...nonsense,
        String(below),
        String(field.max + beyond),
        "Infinity",
        ...between,
        ...offGrid,
      ];
    }
    case "choice":
      // A field that also takes names takes most texts.
      return [...nonsense, `${field.options.map(({ value }) => value).join(",")},`, "1"].filter(
        (text) => field.others?.has(text) !== true,
      );
    case "switch":
      return [...nonsense, "maybe", "2"];
    case "integers":
      return [
        ...nonsense,
        Array<number>(field.length + 1)
          .fill(1)
          .join(","),
        Array<number>(field.length - 1)
          .fill(1)
          .join(","),
        Array<number>(field.length).fill(0).join(","),
        Array<number>(field.length)
          .fill(field.max + 1)
          .join(","),
        Array<number>(field.length).fill(1.5).join(","),
      ];
  }
}

describe.each(SETTING_KEYS)("--set %s", (key) => {
  const field: Field = FIELDS[key];
  const beside = conditionOf(key);

  test.each(goodTexts(field))("takes %j", (text) => {
    const conflicting = beside.some((words) => words.startsWith(`${key}=`));
    const settings = assigned(...(conflicting ? [] : beside), `${key}=${text}`);
    expect(formatSetting(key, settings[key])).toBe(
      text === "true" ? "on" : text === "false" ? "off" : text,
    );
  });

  test.each(badTexts(field))("refuses %j, and says what it takes", (text) => {
    const fault = faultOf(...beside, `${key}=${text}`);
    expect(fault).toMatchObject({ code: "setting.invalid", context: { setting: key } });
    expect(fault.message).toMatch(
      new RegExp(`^--set ${key}: the value does not fit; expected .+, got ".*"\\. .+[.?]$`, "s"),
    );
  });

  test("needs a value, may stand once, and is found when it is misspelt", () => {
    expect(faultOf(key).message).toContain(`expected ${key}=`);
    const [good = ""] = goodTexts(field).slice(-1);
    expect(faultOf(...beside, `${key}=${good}`, `${key}=${good}`)).toMatchObject({
      ...{ code: "command.invalid", context: { setting: key } },
    });
    const misspelt = `${key.slice(0, -1)}${key.endsWith("e") ? "a" : "e"}`;
    const fault = faultOf(`${misspelt}=1`);
    expect(fault.code).toBe("setting.unknown");
    expect(fault.message).toContain(`Did you mean "${key}"?`);
  });
});

test.each(SETTING_KEYS.filter((key) => FIELDS[key].appliesWhen !== undefined))(
  "--set %s is refused where it does nothing, and says when it does",
  (key) => {
    const conditions = FIELDS[key].appliesWhen ?? [];
    // Sets the first setting that it depends on to a value that disables it.
    const without = SETTING_KEYS.flatMap((other): readonly Settings[] => {
      const dependsOn = conditions.some((condition) => condition[other] !== undefined);
      const field: Field = FIELDS[other];
      const values =
        field.kind === "choice"
          ? field.options.map(({ value }) => value)
          : field.kind === "number"
            ? [field.min]
            : [];
      return dependsOn
        ? values
            .map((value): Settings => ({ ...oneMinute.settings, [other]: value }))
            .filter((settings) => !applies(key, settings))
        : [];
    });
    // No option stands for an opened model, in which the file decides what the others set.
    const opened: Settings = { ...oneMinute.settings, network: "opened:1" };
    const [settings] = applies(key, opened) ? without : [opened];
    if (settings === undefined) throw new Error("it always applies");
    const text = formatSetting(key, settings[key]);
    expect(() => withAssignments(settings, [assignmentOf(`${key}=${text}`)])).toThrow(
      /^--set \w+: the setting does nothing beside the others; expected \w+=.+, got \w+=.+\. Leave it out/,
    );
  },
);

test("two channels are no picture: the setting is 1 or 3", () => {
  expect(faultOf("inputChannels=2").message).toContain("expected 1 or 3");
});
