/**
 * An experiment: a question of the Xception paper, expressed as networks that differ in one thing and train on the same batches
 * with several seeds. Plain data and pure functions; the training is elsewhere.
 */
import type { Settings } from "../settings.ts";

export type ExperimentId = "residuals" | "intermediate-activation" | "equal-parameters";

/** One of the compared networks. */
export interface Arm {
  /** Used in results; it never changes. */
  readonly id: string;
  readonly name: string;
  readonly settings: Settings;
}

/**
 * What an experiment may ask about networks. `network/matchParameters.ts` implements it, because `settings/` must not import
 * `network/`.
 */
export interface NetworkSizes {
  parametersOf(settings: Settings): number;
  /** Returns the settings with the width at which their network is closest to this number of parameters. */
  matchParameters(settings: Settings, parameters: number): Settings;
}

export interface Experiment {
  /** Used in commands and results; it never changes. */
  readonly id: ExperimentId;
  readonly title: string;
  /** The question. */
  readonly question: string;
  /** Where the paper answers it: `Figure 9`. */
  readonly source: string;
  /** What the paper found, in a sentence. */
  readonly finding: string;
  /** The default network of the experiment. It is small, so that the experiment takes minutes. */
  readonly base: Settings;
  /**
   * The arms; the first is the paper's choice.
   * @throws PlaygroundError `network.*`
   */
  arms(base: Settings, sizes: NetworkSizes): readonly Arm[];
}
