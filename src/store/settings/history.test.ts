import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noHistory, redone, remembered, undone } from "./history.ts";
import { initialSettings, recipeSettings, type SettingsState, withValue } from "./settingsState.ts";

const start = initialSettings();
const seeded = (state: SettingsState, seed: number) => withValue(state, "seed", seed);

describe("the history of the settings", () => {
  test("goes back over every change and forth again", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), (seeds) => {
        let [state, history] = [start, noHistory()];
        const states = [start];
        for (const [at, seed] of seeds.entries()) {
          const after = seeded(state, seed);
          history = remembered(history, state, after, at * 5000);
          if (after.values !== state.values) states.push(after);
          state = after;
        }
        for (const expected of states.slice(0, -1).reverse()) {
          const step = undone(history, state);
          expect(step?.settings.values).toEqual(expected.values);
          if (step !== null) ({ settings: state, history } = step);
        }
        expect(undone(history, state)).toBeNull();
        for (const expected of states.slice(1)) {
          const step = redone(history, state);
          expect(step?.settings.values).toEqual(expected.values);
          if (step !== null) ({ settings: state, history } = step);
        }
        expect(redone(history, state)).toBeNull();
      }),
    );
  });

  test("joins quick changes of one control and no others", () => {
    const [one, two] = [seeded(start, 1), seeded(start, 2)];
    let history = remembered(noHistory(), start, one, 0);
    history = remembered(history, one, two, 900);
    expect(undone(history, two)?.settings.values).toEqual(start.values);
    const other = withValue(two, "width", 0.5);
    history = remembered(history, two, other, 950);
    expect(undone(history, other)?.settings.values).toEqual(two.values);
  });

  test("goes back over a recipe as a whole, and forgets what was undone with the next change", () => {
    const paper = recipeSettings("paper");
    const step = undone(remembered(noHistory(), start, paper, 0), paper);
    expect(step?.settings.recipeId).toBe(start.recipeId);
    if (step === null) return;
    const changed = seeded(step.settings, 9);
    expect(remembered(step.history, step.settings, changed, 0).future).toEqual([]);
  });

  test("holds a hundred entries", () => {
    let [state, history] = [start, noHistory()];
    for (let seed = 1; seed <= 150; seed += 1) {
      const after = seeded(state, seed);
      history = remembered(history, state, after, seed * 5000);
      state = after;
    }
    expect(history.past).toHaveLength(100);
  });
});
