/**
 * The actions of the monkey, by the page's accessible names, with their frequencies. Network sizes, recipes and engines that
 * take long before a step on a machine without a graphics card are excluded, because the monkey would spend all its time there.
 */
import fc from "fast-check";
import type { Page } from "playwright";
import { arrayFiles, drop, type MadeFile, mnistFiles } from "../../e2e/ownFiles.ts";
import { button } from "../../e2e/playground.ts";
import { PRESS_MS, pressed, pressedWithEffect } from "./presses.ts";

/** The part of the state that decides whether an action makes sense. The page itself decides the rest. */
export interface Model {
  online: boolean;
}

export interface Action {
  readonly words: string;
  readonly act: (page: Page, say: (more: string) => void) => Promise<boolean>;
  readonly needsNetwork?: true;
  readonly changes?: (model: Model) => void;
}

const runButton = (name: string): Action => ({
  words: `press ${name}`,
  act: (page) => pressedWithEffect(page, name),
});

export const RUN_BUTTONS = ["Train", "Train", "Start race", "Pause", "Resume", "Step", "Reset"].map(
  runButton,
);
export const RACE_BUTTONS = ["Run experiment", "Cancel experiment", "Compare"].map(
  (name): Action => ({ words: `press ${name}`, act: (page) => pressed(button(page, name)) }),
);
export const TABS = ["Playground", "Playground", "Convolutions", "Race", "Race"].map(
  (name): Action => ({
    words: `open the tab ${name}`,
    act: (page) => pressed(page.getByRole("tab", { name, exact: true })),
  }),
);
export const DIALOGS = ["Export", "Architecture", "Look at the data", "Help", "Share", "Close"].map(
  (name): Action => ({ words: `press ${name}`, act: (page) => pressed(button(page, name)) }),
);

export const KEYS = [
  "t",
  "s",
  "?",
  "Escape",
  "Escape",
  "Tab",
  "Shift+Tab",
  "Enter",
  " ",
  "ArrowDown",
].map(
  (key): Action => ({
    words: `key ${key === " " ? "Space" : key}`,
    act: async (page) => {
      await page.keyboard.press(key);
      return true;
    },
  }),
);

export const network = (online: boolean): Action => ({
  words: online ? "network on" : "network off",
  act: async (page) => {
    await page.context().setOffline(!online);
    return true;
  },
  changes: (model) => {
    model.online = online;
  },
});

export const RELOAD: Action = {
  words: "reload",
  needsNetwork: true,
  act: async (page) => {
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    return true;
  },
};

const NO_DATA: MadeFile = {
  name: "notes.txt",
  mimeType: "text/plain",
  buffer: Buffer.from("words"),
};
const FILES: readonly (readonly [words: string, files: () => readonly MadeFile[]])[] = [
  ["four arrays", () => arrayFiles()],
  ["other arrays", () => arrayFiles(40, 12)],
  ["arrays cut short", () => arrayFiles().map((file) => cutShort(file))],
  ["MNIST's files", () => mnistFiles()],
  ["a text", () => [NO_DATA]],
];

function cutShort({ buffer, ...file }: MadeFile): MadeFile {
  return { ...file, buffer: buffer.subarray(0, 999) };
}

export const DROPS = FILES.map(
  ([words, files]): Action => ({
    words: `drop ${words}`,
    act: async (page) => {
      await drop(page, files());
      return true;
    },
  }),
);

/** Presses any control that is currently enabled, so that the monkey can reach every control. */
export const ANYTHING = fc.nat({ max: 9999 }).map(
  (number): Action => ({
    words: "press anything",
    act: async (page, say) => {
      const all = page.locator(
        "button:visible:not([disabled]):not([aria-disabled=true]), [role=switch]:visible, [role=radio]:visible, summary:visible",
      );
      const count = await all.count();
      if (count === 0) return false;
      const element = all.nth(number % count);
      const name = await element
        .evaluate((found) => found.getAttribute("aria-label") ?? found.textContent ?? "", null, {
          timeout: PRESS_MS,
        })
        .catch(() => "");
      say(name.trim());
      return element.click({ timeout: PRESS_MS }).then(
        () => true,
        () => false,
      );
    },
  }),
);
