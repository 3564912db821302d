/** What a long trial is: many random actions with rules that hold after each, from a seed. */
import type { Browser } from "playwright";

export interface TrialOptions {
  readonly browser: Browser;
  /** Of the served page, ending in `/`. */
  readonly address: string;
  readonly seed: number;
  /** To be made in all. */
  readonly actions: number;
  /** For the search of the shortest sequence, once something failed. */
  readonly shrinkMs: number;
  /** One line on how far it is. */
  readonly log: (line: string) => void;
}

export interface TrialFailure {
  /** The rule that was broken, and how. */
  readonly rule: string;
  /** What was done, in order, up to the failure. */
  readonly sequence: readonly string[];
  /** How many shorter sequences were found on the way to this one. */
  readonly shrunk: number;
  /** `--seed` and `--actions` that show it again. */
  readonly replay: { readonly seed: number; readonly actions: number };
}

export interface TrialResult {
  readonly actions: number;
  /** How often each kind of action was made. */
  readonly made: Readonly<Record<string, number>>;
  readonly failure?: TrialFailure;
}

export interface Trial {
  /** One line for the list. */
  readonly about: string;
  /** Of a whole run; `npm test` makes a twentieth of them. */
  readonly actions: number;
  run(options: TrialOptions): Promise<TrialResult>;
}
