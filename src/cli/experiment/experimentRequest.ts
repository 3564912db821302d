/** The command line of `experiment`, checked as a whole before anything is opened. */
import { PlaygroundError } from "../../core/errors.ts";
import { NETWORK_SIZES } from "../../network/matchParameters.ts";
import type { Experiment } from "../../settings/experiments/experiment.ts";
import { EXPERIMENTS, experimentById } from "../../settings/experiments/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { type Assignment, assignmentOf, withAssignments } from "../assignments.ts";
import { createCommand, readArguments } from "../commandLine.ts";
import { requireName, SET_OPTION, wholeNumberOf } from "../words.ts";

const DEFAULT_SEEDS = 3;
const MOST_SEEDS = 20;

export interface ExperimentRequest {
  readonly experiment: Experiment;
  /** The settings that all arms start from. */
  readonly base: Settings;
  readonly numSeeds: number;
  readonly outFile: string | undefined;
  readonly json: boolean;
}

export function experimentWords() {
  return createCommand({
    name: "experiment",
    description:
      "Asks one of the paper's questions: every arm trains with several seeds on the same batches, and mean and spread stand beside what the paper found.",
    examples: [
      ["npm run experiment -- residuals", "three seeds of each arm"],
      ["npm run experiment -- residuals --seeds 5 --steps 1000 --set width=0.25", "a longer one"],
      ["npm run experiment -- equal-parameters --json --out FILE", "the whole result"],
    ],
    notes: [
      `Experiments: ${EXPERIMENTS.map(({ id }) => id).join(", ")}`,
      "Exit codes: 0 every arm has a result, 1 one has none, 2 nothing was trained.",
    ],
  })
    .argument("<name>", "the question")
    .option("--seeds <n>", `runs of every arm, with the seeds 1 to N (default: ${DEFAULT_SEEDS})`)
    .option("--steps <n>", "length of each run (default: as the experiment says)")
    .addOption(SET_OPTION)
    .option("--out <file>", "writes the result there, as JSON")
    .option("--json", "prints the result as one JSON object on stdout and nothing else there");
}

type Options = ReturnType<ReturnType<typeof experimentWords>["opts"]>;

/** @throws PlaygroundError `command.invalid` or `setting.*` */
export function experimentRequest(
  name: string,
  { seeds, steps, set = [], out, json }: Options,
): ExperimentRequest {
  const ids = EXPERIMENTS.map(({ id }) => id);
  const experiment = experimentById(
    requireName(name, ids, {
      code: "setting.invalid",
      where: "Experiment",
      rule: "no experiment has this name",
    }),
  );
  const assignments = [...set.map(assignmentOf), ...lengthOf(steps)];
  const base = withAssignments(experiment.base, assignments);
  requireFree(assignments, experiment, base);
  return {
    experiment,
    base,
    numSeeds: wholeNumberOf("--seeds", seeds, 1, MOST_SEEDS) ?? DEFAULT_SEEDS,
    outFile: out,
    json: json === true,
  };
}

/**
 * Parses the command line of `experiment`.
 * @throws as `experimentRequest`
 */
export function readExperimentRequest(args: readonly string[]): ExperimentRequest {
  const command = readArguments(experimentWords(), args);
  return experimentRequest(command.processedArgs[0], command.opts());
}

function lengthOf(steps: string | undefined): readonly Assignment[] {
  if (steps === undefined) return [];
  return [
    { where: "--steps", key: "budget", text: "steps", isImplied: true },
    { where: "--steps", key: "steps", text: steps },
  ];
}

/**
 * Refuses settings that the experiment itself sets, namely what it compares and the seed. A value for all arms would be
 * silently overwritten.
 */
function requireFree(
  assignments: readonly Assignment[],
  { arms, base, title }: Experiment,
  given: Settings,
): void {
  const isOverwritten = ({ key }: Assignment) => {
    const [asked, before] = [given[key], base[key]];
    if (key === "seed" || String(asked) === String(before)) return key === "seed";
    const unasked = arms({ ...given, [key]: before }, NETWORK_SIZES);
    return JSON.stringify(arms(given, NETWORK_SIZES)) === JSON.stringify(unasked);
  };
  const taken = assignments.find(isOverwritten);
  if (taken === undefined) return;
  const isSeed = taken.key === "seed";
  throw new PlaygroundError({
    code: "command.invalid",
    where: taken.where,
    rule: isSeed ? "the seeds of an experiment are 1 to N" : `${title} sets it for each arm`,
    expected: isSeed ? "--seeds N" : "a setting that the arms leave alone",
    got: `${taken.key}=${taken.text}`,
    remedy: "Leave it out.",
    context: { setting: taken.key },
  });
}
