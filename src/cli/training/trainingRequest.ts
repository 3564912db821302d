/** What `npm run train` is asked to do: its command line, checked as a whole before anything is opened. */
import { PlaygroundError } from "../../core/errors.ts";
import { parseSetting } from "../../spec/fields.ts";
import { RECIPES } from "../../spec/recipes/registry.ts";
import type { EngineChoice, Settings } from "../../spec/settings.ts";
import { readArguments, settingsFromArguments } from "../arguments.ts";
import { unknownEngine } from "../engines.ts";

export const USAGE = `Usage: npm run train -- RECIPE [options]
  --engine NAME       automatic, webgpu, wasm, tfjs or reference (default: as the recipe says)
  --epochs N          length of the run; may be a fraction
  --steps N           length of the run, in place of --epochs
  --seed N            of everything random (default: the recipe's)
  --threads N         of the engine wasm (default: as many as the machine has to spare)
  --set key=value     any other setting, as often as needed
  --data FOLDER       trains on the four .npy arrays or the MNIST files in it
  --out FOLDER        where the model goes (default: trained/RECIPE)
  --json              prints one JSON object on stdout and nothing else there
Recipes: ${RECIPES.map(({ id }) => id).join(", ")}`;

/** The reference is no choice of the page: it is for comparing, and very slow. */
export type TrainingEngine = EngineChoice | "reference";
const ENGINES: readonly TrainingEngine[] = ["automatic", "webgpu", "wasm", "tfjs", "reference"];

export interface TrainingRequest {
  readonly recipe: string;
  readonly settings: Settings;
  readonly engine: TrainingEngine;
  readonly outFolder: string;
  /** Folder with files of one's own, to train on in place of the recipe's data set. */
  readonly dataFolder?: string;
  readonly json: boolean;
}

/** @throws PlaygroundError `command.invalid`, `setting.*` or `engine.unavailable` */
export function readTrainingRequest(args: readonly string[]): TrainingRequest {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      engine: { type: "string" },
      epochs: { type: "string" },
      steps: { type: "string" },
      seed: { type: "string" },
      threads: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      data: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const recipe = onlyRecipe(positionals);
  const given = settingsFromArguments(recipe, values.set);
  const engine = values.engine === undefined ? given.engine : engineNamed(values.engine);
  const settings = {
    ...given,
    ...lengthOf(values),
    ...(values.seed === undefined ? {} : { seed: parseSetting("seed", values.seed) }),
    ...(values.threads === undefined ? {} : { threads: threadsOf(values.threads, engine) }),
    ...(engine === "reference" ? {} : { engine }),
  };
  return {
    recipe,
    settings,
    engine,
    ...(values.data !== undefined && { dataFolder: values.data }),
    outFolder: values.out ?? `trained/${recipe}`,
    json: values.json,
  };
}

function onlyRecipe(positionals: readonly string[]): string {
  const [recipe] = positionals;
  if (recipe !== undefined && positionals.length === 1) return recipe;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "Command line",
    rule: "one recipe is trained at a time",
    expected: `one of ${RECIPES.map(({ id }) => id).join(", ")}`,
    got: recipe === undefined ? "none" : positionals.join(" "),
    remedy: "Name one recipe; settings follow as --set key=value.",
  });
}

function lengthOf({ epochs, steps }: { readonly epochs?: string; readonly steps?: string }) {
  if (epochs !== undefined && steps !== undefined) {
    throw new PlaygroundError({
      code: "command.invalid",
      where: "--epochs and --steps",
      rule: "a run has one length",
      expected: "one of the two",
      got: "both",
      remedy: "Leave one out.",
    });
  }
  if (steps !== undefined) return { budget: "steps", steps: parseSetting("steps", steps) } as const;
  if (epochs !== undefined)
    return { budget: "epochs", epochs: parseSetting("epochs", epochs) } as const;
  return {};
}

function engineNamed(name: string): TrainingEngine {
  const engine = ENGINES.find((candidate) => candidate === name);
  if (engine === undefined) throw unknownEngine(name, ENGINES);
  return engine;
}

function threadsOf(text: string, engine: TrainingEngine): number {
  if (engine === "wasm" || engine === "automatic") return parseSetting("threads", text);
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--threads",
    rule: "only the compiled engine takes threads",
    expected: "--engine wasm",
    got: `--engine ${engine}`,
    remedy: "Leave --threads out.",
  });
}
