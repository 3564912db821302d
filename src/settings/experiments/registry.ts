/** All experiments, in the order in which they are offered. Adding one takes one file and one line here. */
import { PlaygroundError } from "../../core/errors.ts";
import { equalParameters } from "./equalParameters.ts";
import type { Experiment } from "./experiment.ts";
import { intermediateActivation } from "./intermediateActivation.ts";
import { residuals } from "./residuals.ts";

export const EXPERIMENTS: readonly Experiment[] = [
  residuals,
  intermediateActivation,
  equalParameters,
];

/** @throws PlaygroundError `setting.invalid` for an id that no experiment has. */
export function experimentById(id: string): Experiment {
  const experiment = EXPERIMENTS.find((candidate) => candidate.id === id);
  if (experiment !== undefined) return experiment;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Experiment",
    rule: "no experiment has this name",
    expected: `one of ${EXPERIMENTS.map((candidate) => candidate.id).join(", ")}`,
    got: `"${id}"`,
    remedy: "Choose one of these.",
    context: { setting: "experiment" },
  });
}
