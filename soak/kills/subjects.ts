/** What is killed: a run, a race and an experiment, with what a person sees and presses. */
import type { Page } from "playwright";
import { button, field, type LinkSettings, QUICK, SMALLEST } from "../../e2e/playground.ts";

const SETTINGS: LinkSettings = {
  ...{ ...SMALLEST, ...QUICK, batchSize: 32, middleRepeats: 0 },
  ...{ dataSet: "starter", reproducible: "on" },
};

export interface Subject {
  readonly settings: LinkSettings;
  /** The accessible name of the element that says how far it is. */
  readonly statusName: string;
  /** The words of the notice after a kill: what was found. */
  readonly noticed: string;
  /** What the notice says of a checkpoint, with the step and the number of steps as groups. */
  readonly found: RegExp;
  /** The number of races or runs that it consists of. */
  readonly numSeeds: number;
  start(page: Page): Promise<void>;
}

const place = String.raw`step ([\d,]+) of ([\d,]+), (?:less than a minute|[\d.]+ [a-z]+(?: [\d.]+ [a-z]+)?) ago[.]`;

const run: Subject = {
  settings: { ...SETTINGS, steps: 800 },
  statusName: "Run status",
  noticed: "A run was interrupted.",
  found: new RegExp(`One minute on any computer, ${place}`),
  numSeeds: 1,
  start: (page) => button(page, "Train").click(),
};

const race: Subject = {
  settings: { ...SETTINGS, tab: "race", steps: 300 },
  statusName: "Race status",
  noticed: "A race was interrupted.",
  found: new RegExp(String.raw`A race of 2 networks \(Separable, Ordinary\), ${place}`),
  numSeeds: 1,
  start: (page) => button(page, "Start race").click(),
};

const experiment: Subject = {
  settings: { ...SETTINGS, tab: "race", steps: 160 },
  statusName: "Experiment status",
  noticed: "An experiment was interrupted.",
  found: new RegExp(`Residual connections or none, seed (?:1|2|3) of 2, ${place}`),
  numSeeds: 2,
  async start(page) {
    await field(page, "Experiment").click();
    await page.getByRole("option", { name: /Residual connections or none/ }).click();
    await page.getByRole("radio", { name: "The current settings" }).click();
    await page.getByRole("radio", { name: "2", exact: true }).click();
    await button(page, "Run experiment").click();
  },
};

export const SUBJECTS = { run, race, experiment } as const;
export type SubjectName = keyof typeof SUBJECTS;
