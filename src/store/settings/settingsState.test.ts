import { describe, expect, test } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import {
  asInRecipe,
  changedFromRecipe,
  initialSettings,
  invalidFields,
  recipeSettings,
  withText,
  withValue,
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
    });
  });
});
