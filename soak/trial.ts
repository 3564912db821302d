/** The interface of a long trial: many random actions, generated from a seed, with rules that must hold after each. */
import type { Browser } from "playwright";

export interface TrialOptions extends NodeTrialOptions {
  readonly browser: Browser;
  /** Address of the served page, ending in `/`. */
  readonly address: string;
}

export interface NodeTrialOptions {
  readonly seed: number;
  /** The total number of actions. */
  readonly actions: number;
  /** When the time is over, walks end and no other begins. Default: no limit. */
  readonly mostMs?: number;
  /** The time limit for finding the shortest sequence after a failure. */
  readonly shrinkMs: number;
  /** Prints one line on the progress. */
  readonly log: (line: string) => void;
}

export interface TrialFailure {
  /** The rule that was broken, and how. */
  readonly rule: string;
  /** The actions up to the failure, in order. */
  readonly sequence: readonly string[];
  /** How many shorter failing sequences were found on the way to this one. */
  readonly shrunk: number;
  /** The `--seed` and `--actions` that repeat the failure. */
  readonly replay: { readonly seed: number; readonly actions: number };
}

export interface TrialResult {
  readonly actions: number;
  /** How often each kind of action was done. */
  readonly made: Readonly<Record<string, number>>;
  /** Further numbers of the trial. */
  readonly measured?: Readonly<Record<string, number>>;
  /** What came of each action, in order. */
  readonly outcomes?: readonly string[];
  readonly failure?: TrialFailure;
}

interface AboutTrial {
  /** One line for the list. */
  readonly about: string;
  /** Actions of a whole trial; `npm test` does a twentieth of them. */
  readonly actions: number;
  /** Leaves the trial out of `npm test`, where shorter tests do the same. */
  readonly isTooLongForTests?: true;
}

/** A trial of the page. */
export interface PageTrial extends AboutTrial {
  readonly isOfNode?: undefined;
  run(options: TrialOptions): Promise<TrialResult>;
}

/** A trial of parts of the program that need no page. */
export interface NodeTrial extends AboutTrial {
  readonly isOfNode: true;
  run(options: NodeTrialOptions): Promise<TrialResult>;
}

export type Trial = PageTrial | NodeTrial;
