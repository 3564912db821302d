import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import {
  checkSettings,
  FIELDS,
  formatSetting,
  parseSetting,
  requireSettingKey,
  SETTING_KEYS,
} from "./fields.ts";
import { paperSettings } from "./recipes/paper.ts";
import { RECIPES } from "./recipes/registry.ts";

const faultOf = (body: () => unknown) => {
  try {
    body();
  } catch (error) {
    if (error instanceof PlaygroundError)
      return { code: error.code, setting: error.context.setting, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("the table of settings", () => {
  test.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))(
    "%s has settings that the table accepts",
    (_id, recipe) => {
      expect(checkSettings(recipe.settings)).toEqual(recipe.settings);
    },
  );

  test("every setting of every recipe survives being written as text and read again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECIPES), fc.constantFrom(...SETTING_KEYS), (recipe, key) => {
        expect(parseSetting(key, formatSetting(key, recipe.settings[key]))).toEqual(
          recipe.settings[key],
        );
      }),
    );
  });

  test("labels are unique: they are the controls' accessible names", () => {
    const labels = SETTING_KEYS.map((key) => FIELDS[key].label);
    expect(new Set(labels).size).toBe(labels.length);
  });

  test.each([
    ["learningRate", "fast"],
    ["learningRate", ""],
    ["learningRate", "0"],
    ["learningRate", "NaN"],
    ["learningRate", "Infinity"],
    ["middleRepeats", "17"],
    ["middleRepeats", "2.5"],
    ["middleRepeats", "-1"],
    ["inputSize", "27"],
    ["inputSize", "300"],
    ["convolution", "round"],
    ["residual", "maybe"],
    ["exitFilters", "1,2,3"],
    ["exitFilters", "1,2,3,x"],
    ["seed", "-1"],
    ["inputChannels", "2"],
  ] as const)("%s does not take %j, and the error names the setting", (key, text) => {
    const fault = faultOf(() => parseSetting(key, text));
    expect(fault).toMatchObject({ code: "setting.invalid", setting: key });
    expect(fault.message).toMatch(/^.+: the value does not fit; expected .+, got .+\. .+\.$/);
  });

  test("no text at all makes a setting that the table would not accept again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTING_KEYS), fc.string(), (key, text) => {
        let value: unknown;
        try {
          value = parseSetting(key, text);
        } catch (error) {
          expect(error).toBeInstanceOf(PlaygroundError);
          return;
        }
        expect(checkSettings({ ...paperSettings, [key]: value })).toBeDefined();
      }),
    );
  });

  test("a record with an unknown or a missing setting is refused by name", () => {
    expect(faultOf(() => checkSettings({ ...paperSettings, colour: "red" }))).toMatchObject({
      code: "setting.unknown",
      setting: "colour",
    });
    const { seed: _, ...withoutSeed } = paperSettings;
    expect(faultOf(() => checkSettings(withoutSeed))).toMatchObject({
      code: "setting.invalid",
      setting: "seed",
    });
    expect(faultOf(() => checkSettings(null))).toMatchObject({ code: "setting.invalid" });
    expect(faultOf(() => requireSettingKey("toString"))).toMatchObject({ code: "setting.unknown" });
  });
});
