/** What `npm run experiment` is asked to do: its command line, checked as a whole before anything is opened. */
import { PlaygroundError } from "../../core/errors.ts";
import type { Experiment } from "../../spec/experiments/experiment.ts";
import { EXPERIMENTS, experimentById } from "../../spec/experiments/registry.ts";
import { parseSetting } from "../../spec/fields.ts";
import type { Settings } from "../../spec/settings.ts";
import { readArguments, withAssignments } from "../arguments.ts";

export const USAGE = `Usage: npm run experiment -- NAME [options]
  --seeds N           runs of every arm, with the seeds 1 to N (default: 3)
  --steps N           length of each run (default: as the experiment says)
  --set key=value     any other setting of all arms, as often as needed
  --out FILE          writes the result there, as JSON
  --json              prints the result as one JSON object on stdout and nothing else there
Experiments: ${EXPERIMENTS.map(({ id }) => id).join(", ")}`;

const DEFAULT_SEEDS = 3;
const MOST_SEEDS = 20;

export interface ExperimentRequest {
  readonly experiment: Experiment;
  /** What all arms start from. */
  readonly base: Settings;
  readonly numSeeds: number;
  readonly outFile: string | undefined;
  readonly json: boolean;
}

/** @throws PlaygroundError `command.invalid` or `setting.*` */
export function readExperimentRequest(args: readonly string[]): ExperimentRequest {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: "string" },
      steps: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const experiment = onlyExperiment(positionals);
  const given = withAssignments(experiment.base, values.set);
  const length =
    values.steps === undefined
      ? {}
      : ({ budget: "steps", steps: parseSetting("steps", values.steps) } as const);
  return {
    experiment,
    base: { ...given, ...length },
    numSeeds: values.seeds === undefined ? DEFAULT_SEEDS : seedsOf(values.seeds),
    outFile: values.out,
    json: values.json,
  };
}

function onlyExperiment(positionals: readonly string[]): Experiment {
  const [name] = positionals;
  if (name !== undefined && positionals.length === 1) return experimentById(name);
  throw new PlaygroundError({
    code: "command.invalid",
    where: "Command line",
    rule: "one experiment is made at a time",
    expected: `one of ${EXPERIMENTS.map(({ id }) => id).join(", ")}`,
    got: name === undefined ? "none" : positionals.join(" "),
    remedy: "Name one of them.",
  });
}

function seedsOf(text: string): number {
  const seeds = Number(text);
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= MOST_SEEDS) return seeds;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--seeds",
    rule: "each seed is a run of every arm",
    expected: `a whole number from 1 to ${MOST_SEEDS}`,
    got: text,
    remedy: "Three show a spread.",
  });
}
