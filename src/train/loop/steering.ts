/**
 * What a person changes while a run trains: learning rate, schedule, augmentation, length and frozen layers. A change applies from
 * the next step on, is reported once, and stays in the list from which a checkpoint repeats the run.
 */
import type { Settings } from "../../settings/settings.ts";
import {
  type SettingsChange,
  STEERED_KEYS,
  type Steered,
  steeredOf,
  steeredWords,
} from "../../settings/steering.ts";
import type { Budget } from "./budget.ts";

export interface SteeringOptions {
  /** The settings as trained. */
  readonly settings: Settings;
  /** The changes of the checkpoint that the run goes on from; the first holds the settings at its start. */
  readonly before?: readonly SettingsChange[] | undefined;
  readonly budgetOf: (settings: Settings) => Budget;
  /** What a person set last; undefined when nothing has been set. */
  readonly steered: () => Steered | undefined;
  /** @param words name what differs from the step before. */
  readonly onChanged: (change: SettingsChange, words: string, totalSteps: number) => void;
}

export interface Steering {
  /** In ascending order of steps; the first is at step 0. */
  readonly changes: readonly SettingsChange[];
  /** The budget of the settings at the start, on which the places of validations depend. */
  readonly firstBudget: Budget;
  /** Its number of steps changes with the length. */
  readonly budget: Budget;
  /** Returns the settings of the step that comes next, and takes what has been set. */
  at(step: number): Settings;
  /** Returns the settings that a step was taken with. */
  takenAt(step: number): Settings;
}

export function createSteering(options: SteeringOptions): Steering {
  const { before, budgetOf, onChanged } = options;
  const [first = { step: 0, settings: steeredOf(options.settings) }, ...later] = before ?? [];
  const changes: SettingsChange[] = [first, ...later];
  const firstBudget = budgetOf({ ...options.settings, ...first.settings });
  let settings = { ...options.settings, ...changes.at(-1)?.settings };
  let { totalSteps } = budgetOf(settings);
  return {
    changes,
    firstBudget,
    budget: {
      ...firstBudget,
      get totalSteps() {
        return totalSteps;
      },
    },
    at(step) {
      const set = options.steered();
      if (set === undefined || STEERED_KEYS.every((key) => set[key] === settings[key]))
        return settings;
      settings = { ...settings, ...set };
      ({ totalSteps } = budgetOf(settings));
      const change = { step, settings: steeredOf(settings) };
      // Of two changes before the same step only the second one applied to any step.
      if (changes.length > 1 && changes.at(-1)?.step === step) changes.pop();
      const previous = changes.at(-1)?.settings ?? change.settings;
      changes.push(change);
      onChanged(change, steeredWords(previous, change.settings), totalSteps);
      return settings;
    },
    takenAt: (step) => ({
      ...options.settings,
      ...changes.findLast((change) => change.step <= step)?.settings,
    }),
  };
}
