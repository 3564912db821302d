import { describe, expect, test } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import { NO_RESTRICTIONS } from "./restrictions.ts";
import {
  asInRecipe,
  changedFromRecipe,
  initialSettings,
  invalidFields,
  recipeSettings,
  type SettingsState,
  withinLocks,
  withText,
  withValue,
  withValues,
} from "./settingsState.ts";

describe("a field's text", () => {
  test("becomes the value where it is valid", () => {
    const state = withText(initialSettings(), "middleRepeats", "3");
    expect(state.values.middleRepeats).toBe(3);
    expect(state.drafts).toEqual({});
  });

  test("stays in the field with its message where it is not, and the last valid value stays in use", () => {
    const valid = withText(initialSettings(), "learningRate", "0.01");
    const state = withText(valid, "learningRate", "abc");
    expect(state.values.learningRate).toBe(0.01);
    expect(state.drafts.learningRate?.text).toBe("abc");
    expect(state.drafts.learningRate?.problem).toMatch(
      /^The value does not fit; expected a number above 0.*got "abc"/,
    );
    expect(invalidFields(state)).toEqual(["Learning rate"]);
  });

  test("loses its message with the next valid text, also where that is the value it had before", () => {
    const broken = withText(initialSettings(), "seed", "1.5");
    const mended = withText(broken, "seed", "1");
    expect(mended.drafts).toEqual({});
    expect(mended.values.seed).toBe(1);
  });

  test("changes nothing where it says what is already so", () => {
    const state = initialSettings();
    expect(withText(state, "middleRepeats", "0")).toBe(state);
  });

  test("is no obstacle while its field does not apply", () => {
    const sgd = withValue(initialSettings(), "optimizer", "sgd");
    const broken = withText(sgd, "momentum", "high");
    expect(invalidFields(broken)).toEqual(["Momentum"]);
    expect(invalidFields(withValue(broken, "optimizer", "adam"))).toEqual([]);
  });
});

describe("settings and their recipe", () => {
  test("name what differs, and one goes back without the others", () => {
    let state = withValue(initialSettings(), "middleRepeats", 5);
    state = withValue(state, "exitFilters", [8, 8, 8, 8]);
    expect(changedFromRecipe(state)).toEqual(["middleRepeats", "exitFilters"]);
    expect(changedFromRecipe(asInRecipe(state, "exitFilters"))).toEqual(["middleRepeats"]);
  });

  test("come whole with a recipe, without what was typed before", () => {
    const state = recipeSettings("paper");
    expect(state).toEqual({
      recipeId: "paper",
      values: recipeById("paper").settings,
      drafts: {},
      linkProblems: [],
      restrictions: NO_RESTRICTIONS,
    });
  });
});

describe("what a link has locked", () => {
  const locked: SettingsState = {
    ...withValue(initialSettings(), "learningRate", 0.5),
    restrictions: { ...NO_RESTRICTIONS, locked: ["learningRate"] },
  };

  test("keeps its value against every change, and the rest of the change counts", () => {
    const changes: readonly ((state: SettingsState) => SettingsState)[] = [
      (state) => withText(state, "learningRate", "0.1"),
      (state) => withText(state, "learningRate", "abc"),
      (state) => withValue(state, "learningRate", 0.1),
      (state) => withValues(state, { learningRate: 0.1, seed: 9 }),
      (state) => asInRecipe(state, "learningRate"),
      () => recipeSettings("paper"),
    ];
    for (const change of changes) {
      const after = withinLocks(locked, change(locked));
      expect(after.values.learningRate).toBe(0.5);
      expect(after.drafts).toEqual({});
      expect(after.restrictions).toBe(locked.restrictions);
    }
    expect(withinLocks(locked, withValues(locked, { seed: 9 })).values.seed).toBe(9);
    const { learningRate: _kept, ...others } = recipeById("paper").settings;
    expect(withinLocks(locked, recipeSettings("paper")).values).toMatchObject(others);
  });

  test("also the recipe keeps, with all that another one would bring", () => {
    const state: SettingsState = {
      ...initialSettings(),
      restrictions: { ...NO_RESTRICTIONS, locked: ["recipe"] },
    };
    expect(withinLocks(state, recipeSettings("paper"))).toBe(state);
    const changed = withinLocks(state, withValue(state, "seed", 9));
    expect(changed.values.seed).toBe(9);
    expect(withinLocks(changed, recipeSettings("one-minute")).values).toEqual(state.values);
  });
});
