/**
 * What the monkey can do, by the page's accessible names, and how often. Sizes of the network, recipes and engines that
 * take long before a step on a machine without a card are left alone: it would sit there for the rest of its time.
 */
import fc from "fast-check";
import type { Locator, Page } from "playwright";
import { arrayFiles, drop, type MadeFile, mnistFiles } from "../../e2e/ownFiles.ts";
import { button, field, slider, status, stepShown } from "../../e2e/playground.ts";
import { BrokenRule } from "./rules.ts";
import type { Act, Session } from "./session.ts";

/** What decides whether an action makes sense; all else the page itself decides. */
export interface Model {
  online: boolean;
}

type Command = fc.AsyncCommand<Model, Session>;

/** For an element that other things lie above, or that goes while it is pressed. */
const PRESS_MS = 5000;
/** Until a button of a run has done something, on the slowest machine. */
const EFFECT_MS = 120_000;

interface Action {
  readonly words: string;
  readonly act: (page: Page, say: (more: string) => void) => Promise<boolean>;
  readonly needsNetwork?: true;
  readonly changes?: (model: Model) => void;
}

function command({ words, act, needsNetwork, changes }: Action): Command {
  let more = "";
  const inWords = () => `${words}${more}`;
  return {
    check: ({ online }) => needsNetwork === undefined || online,
    async run(model, session) {
      changes?.(model);
      const made: Act = (page) =>
        act(page, (said) => {
          more = `: ${said}`;
        });
      await session.perform(inWords, made);
    },
    toString: inWords,
  };
}

async function pressed(element: Locator): Promise<boolean> {
  const possible = await element.evaluateAll((found) =>
    found.map(
      (one) =>
        one.checkVisibility() &&
        !one.matches(":disabled") &&
        one.getAttribute("aria-disabled") !== "true",
    ),
  );
  if (possible.length !== 1 || possible[0] !== true) return false;
  return element.click({ timeout: PRESS_MS }).then(
    () => true,
    () => false,
  );
}

/** A step may leave all words as they were. */
const TAKE_STEPS: ReadonlySet<string> = new Set(["Train", "Start race", "Resume", "Step"]);

/** A button that is there, can be pressed and then does nothing is dead. */
async function pressedWithEffect(page: Page, name: string): Promise<boolean> {
  const seen = () =>
    page.evaluate(() => ({ steps: window.watched.steps.length, turns: window.watched.turns }));
  const before = await seen();
  if (!(await pressed(button(page, name)))) return false;
  await until(`effect of ${name}`, async () => {
    const { steps, turns } = await seen();
    return turns !== before.turns || (TAKE_STEPS.has(name) && steps !== before.steps);
  });
  return true;
}

const runButton = (name: string): Action => ({
  words: `press ${name}`,
  act: (page) => pressedWithEffect(page, name),
});

const RUN_BUTTONS = ["Train", "Train", "Start race", "Pause", "Resume", "Step", "Reset"].map(
  runButton,
);
const RACE_BUTTONS = ["Run experiment", "Cancel experiment", "Compare"].map(
  (name): Action => ({ words: `press ${name}`, act: (page) => pressed(button(page, name)) }),
);
const TABS = ["Playground", "Playground", "Convolutions", "Race", "Race"].map(
  (name): Action => ({
    words: `open the tab ${name}`,
    act: (page) => pressed(page.getByRole("tab", { name, exact: true })),
  }),
);
const DIALOGS = ["Export", "Architecture", "Look at the data", "Help", "Share", "Close"].map(
  (name): Action => ({ words: `press ${name}`, act: (page) => pressed(button(page, name)) }),
);

const KEYS = ["t", "s", "?", "Escape", "Escape", "Tab", "Shift+Tab", "Enter", " ", "ArrowDown"].map(
  (key): Action => ({
    words: `key ${key === " " ? "Space" : key}`,
    act: async (page) => {
      await page.keyboard.press(key);
      return true;
    },
  }),
);

const network = (online: boolean): Action => ({
  words: online ? "network on" : "network off",
  act: async (page) => {
    await page.context().setOffline(!online);
    return true;
  },
  changes: (model) => {
    model.online = online;
  },
});

const RELOAD: Action = {
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

const DROPS = FILES.map(
  ([words, files]): Action => ({
    words: `drop ${words}`,
    act: async (page) => {
      await drop(page, files());
      return true;
    },
  }),
);

const SLIDERS = {
  "Middle-flow repeats": ["Home", "End", "ArrowRight", "ArrowLeft"],
  "Input size": ["Home", "ArrowRight", "ArrowLeft"],
  "Width multiplier": ["Home", "ArrowRight", "ArrowLeft"],
  "Depth multiplier": ["Home", "ArrowRight"],
  "Target accuracy": ["Home", "End", "ArrowRight", "PageDown"],
};
const SLIDES = Object.entries(SLIDERS).flatMap(([name, keys]) =>
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
/** No allowed value among them makes a step long. */
const TYPED = ["", "0", "-1", "7", "32", "0.5", "1,5", " 40 ", "1e999", "abc", "NaN", "99999999"];

const typing = fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...TYPED)).map(
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
const choosing = fc.tuple(fc.constantFrom(...CHOICES), fc.nat({ max: 7 })).map(
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

/** Whatever can be pressed at the moment, so that no control is beyond the monkey's reach. */
const anything = fc.nat({ max: 9999 }).map(
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

const oneOf = (actions: readonly Action[]) => fc.constantFrom(...actions);

/** A walk of at most so many actions. */
export function walksOf(maxCommands: number) {
  const action = fc.oneof(
    { weight: 40, arbitrary: oneOf(RUN_BUTTONS) },
    { weight: 5, arbitrary: oneOf(RACE_BUTTONS) },
    { weight: 10, arbitrary: oneOf(TABS) },
    { weight: 8, arbitrary: oneOf(DIALOGS) },
    { weight: 8, arbitrary: oneOf(KEYS) },
    { weight: 3, arbitrary: oneOf([network(false), network(true), network(true)]) },
    { weight: 2, arbitrary: fc.constant(RELOAD) },
    { weight: 4, arbitrary: oneOf(DROPS) },
    { weight: 6, arbitrary: oneOf(SLIDES) },
    { weight: 7, arbitrary: typing },
    { weight: 5, arbitrary: choosing },
    { weight: 12, arbitrary: anything },
  );
  return fc.commands([action.map(command)], { maxCommands, size: "max" });
}

/**
 * Afterwards the monkey sits still: whatever it did, the smallest network trains again. Each press is made again until it
 * is seen to have worked, as by a person on a slow machine.
 */
export async function comeBack(page: Page): Promise<boolean> {
  await page.context().setOffline(false);
  const playground = page.getByRole("tab", { name: "Playground", exact: true });
  await insist(
    "way to the tab Playground",
    playground,
    async () => (await playground.getAttribute("aria-selected")) === "true",
  );
  await insist(
    "Ready after Reset",
    button(page, "Reset"),
    async () => (await status(page).textContent()) === "Ready",
  );
  await choose(page, "Recipe", /^One minute on any computer/);
  await choose(page, "Data set", /starter set/);
  await choose(page, "Engine", /^CPU compiled/);
  await insist(
    "first step after Train",
    button(page, "Train"),
    async () => (await stepShown(page)) >= 1,
  );
  return true;
}

async function choose(page: Page, name: string, words: RegExp): Promise<void> {
  const option = page.getByRole("option", { name: words });
  await insist(`options of ${name}`, field(page, name), async () => (await option.count()) === 1);
  await insist(`choice for ${name}`, option, async () => (await option.count()) === 0);
}

/** A dialog may lie above it, one that is still loading too; Escape closes them, as a person would. */
async function insist(
  what: string,
  element: Locator,
  isSeen: () => Promise<boolean>,
): Promise<void> {
  await until(`${what} at the end`, async () => {
    if (await isSeen()) return true;
    if (!(await pressed(element))) await element.page().keyboard.press("Escape");
    return isSeen();
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + EFFECT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new BrokenRule(`No dead control: there is no ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
