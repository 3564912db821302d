/** Actions that move, type and choose settings. None of the values makes a step long. */
import fc from "fast-check";
import { field, slider } from "../../e2e/playground.ts";
import type { Action } from "./actions.ts";
import { PRESS_MS, pressed } from "./presses.ts";

const SLIDERS = {
  "Middle-flow repeats": ["Home", "End", "ArrowRight", "ArrowLeft"],
  "Input size": ["Home", "ArrowRight", "ArrowLeft"],
  "Width multiplier": ["Home", "ArrowRight", "ArrowLeft"],
  "Depth multiplier": ["Home", "ArrowRight"],
  "Target accuracy": ["Home", "End", "ArrowRight", "PageDown"],
};
export const SLIDES = Object.entries(SLIDERS).flatMap(([name, keys]) =>
  keys.map(
    (key): Action => ({
      words: `slide ${name} by ${key}`,
      act: async (page) => {
        const handle = slider(page, name);
        if ((await handle.count()) !== 1 || !(await handle.isVisible())) return false;
        await handle.press(key, { timeout: PRESS_MS }).catch(() => {});
        return true;
      },
    }),
  ),
);

const FIELDS = [
  "Learning rate",
  "Batch size",
  "Steps",
  "Epochs",
  "Seed",
  "Hold-out",
  "Shuffle buffer",
  "Training images",
  "Threads",
  "Rival's value",
];
const TYPED = ["", "0", "-1", "7", "32", "0.5", "1,5", " 40 ", "1e999", "abc", "NaN", "99999999"];

export const TYPING = fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...TYPED)).map(
  ([name, text]): Action => ({
    words: `type ${JSON.stringify(text)} into ${name}`,
    act: async (page) => {
      const box = page.getByRole("spinbutton", { name, exact: true });
      if ((await box.count()) !== 1 || !(await box.isVisible())) return false;
      return box.fill(text, { timeout: PRESS_MS }).then(
        () => true,
        () => false,
      );
    },
  }),
);

const CHOICES = [
  "Convolution",
  "Intermediate activation",
  "Optimizer",
  "Schedule",
  "Length in",
  "Data set",
  "Rival",
  "Changed setting",
  "Experiment",
];
export const CHOOSING = fc.tuple(fc.constantFrom(...CHOICES), fc.nat({ max: 7 })).map(
  ([name, at]): Action => ({
    words: `choose for ${name}`,
    act: async (page, say) => {
      if (!(await pressed(field(page, name)))) return false;
      const options = page.getByRole("option");
      const count = await options.count();
      if (count === 0) return true;
      const option = options.nth(at % count);
      say((await option.textContent({ timeout: PRESS_MS }).catch(() => "")) ?? "");
      await option.click({ timeout: PRESS_MS }).catch(() => {});
      return true;
    },
  }),
);
