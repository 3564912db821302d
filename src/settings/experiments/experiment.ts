/**
 * An experiment: a question of the Xception paper, as networks that differ in one thing and train on the same batches
 * with several seeds. Plain data and pure functions; who trains them is elsewhere.
 */
import type { Settings } from "../settings.ts";

export type ExperimentId = "residuals" | "intermediate-activation" | "equal-parameters";

/** One of the networks compared. */
export interface Arm {
  /** In results; never changes. */
  readonly id: string;
  readonly name: string;
  readonly settings: Settings;
}

/** What an experiment may ask about networks, which are built from settings elsewhere: `network/matchParameters.ts` answers. */
export interface NetworkSizes {
  parametersOf(settings: Settings): number;
  /** The settings at the width at which their network comes nearest to so many parameters. */
  matchParameters(settings: Settings, parameters: number): Settings;
}

export interface Experiment {
  /** In commands and results; never changes. */
  readonly id: ExperimentId;
  readonly title: string;
  /** What is asked. */
  readonly question: string;
  /** Where the paper answers it: `Figure 9`. */
  readonly source: string;
  /** What the paper found, in a sentence. */
  readonly finding: string;
  /** The network on which it is asked where nothing else is said: small, so that minutes answer. */
  readonly base: Settings;
  /** The arms, on the paper's choice first. @throws PlaygroundError `network.*` */
  arms(base: Settings, sizes: NetworkSizes): readonly Arm[];
}
