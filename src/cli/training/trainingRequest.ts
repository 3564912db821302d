/** The command line of `train`, checked as a whole before anything is opened. */
import { CommanderError, Option } from "@commander-js/extra-typings";
import { PlaygroundError } from "../../core/errors.ts";
import { analyze } from "../../network/analyze.ts";
import { frozenThrough, requireTrainedParams } from "../../network/freezing.ts";
import { isCut } from "../../network/networks/newHead.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { checkSetting } from "../../settings/fields.ts";
import type { OwnDataSet } from "../../settings/ownData.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { RECIPES } from "../../settings/recipes/registry.ts";
import type { EngineChoice, Settings } from "../../settings/settings.ts";
import type { ChosenWeights } from "../../train/data/baseWeights.ts";
import type { EvaluationLimits } from "../../train/data/limitedRunData.ts";
import { type Assignment, assignmentOf, requireEffects, withAssignments } from "../assignments.ts";
import { createCommand, readArguments, usageFault } from "../commandLine.ts";
import {
  ENGINE_RULE,
  type NameRule,
  recipeNamed,
  requireName,
  SET_OPTION,
  wholeNumberOf,
} from "../words.ts";
import { type ModelToTrain, settingsWithModel } from "./modelToTrain.ts";
import { settingsWithWeights, type WeightsToTrain, weightsFor } from "./weightsToTrain.ts";

/** The reference engine is not offered on the page: it is for comparing, and very slow. */
export type TrainingEngine = EngineChoice | "reference";
const ENGINES: readonly TrainingEngine[] = ["automatic", "webgpu", "wasm", "tfjs", "reference"];

export interface TrainingRequest {
  readonly recipe: string;
  readonly settings: Settings;
  /** The model of a file, whose network takes the place of the recipe's. */
  readonly model?: ModelToTrain;
  /** Whether the model's last layer gets new weights for the classes of the data. */
  readonly hasNewHead?: boolean;
  /** Whether the preparation was given, so that none is tried. */
  readonly isPreparationGiven?: boolean;
  /** The weights of a file, from which the run starts. */
  readonly weights?: ChosenWeights;
  readonly engine: TrainingEngine;
  readonly outFolder: string;
  /** A folder with a person's own files, which replace the recipe's data set. */
  readonly dataFolder?: string;
  /** The settings that were typed beside it: whether they have an effect depends on the files. */
  readonly besideData?: readonly Assignment[];
  readonly limits: EvaluationLimits;
  /** Whether the table of predictions is also written. */
  readonly predictions: boolean;
  readonly json: boolean;
  /** Whether the run goes on from the newest checkpoint in `outFolder`. */
  readonly resumes?: boolean;
  /** The least time between two checkpoints. Undefined for the run's own. */
  readonly keepEveryMs?: number;
}

export function trainingCommand() {
  return createCommand({
    name: "train",
    description:
      "Trains a recipe with the page's loop, data and seeds, and writes the network for TensorFlow.js, ONNX and Keras and as a page that classifies pictures, with its history as CSV.",
    examples: [
      ["npm run train -- one-minute", "as the page trains it"],
      ["npm run train -- one-minute --steps 300 --seed 2 --set width=0.5", "other settings"],
      [
        "npm run train -- one-minute --epochs 50 --set patience=3 --set restoreBest=on",
        "stops when validation no longer improves",
      ],
      ["npm run train -- notebook --steps 5 --test-images 100", "a short try of a large recipe"],
      ["npm run train -- paper --steps 1 --no-test --validation-images 0", "only its steps"],
      ["npm run train -- one-minute --data FOLDER --out trained/mine", "on images of your own"],
      ["npm run train -- --model stranger.h5", "goes on with a model of another program"],
      [
        "npm run train -- transfer --weights xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "starts from ImageNet's weights",
      ],
      [
        "npm run train -- --model notop.h5 --cut block14_sepconv2_act --head gap --freeze 40",
        "a new head for a network of another program, whose first 40 layers stay",
      ],
      ["npm run train -- --resume trained/one-minute", "goes on from the newest checkpoint there"],
      ["npm run --silent train -- one-minute --json > result.json", "for a program"],
    ],
    notes: [
      `Recipes: ${RECIPES.map(({ id }) => id).join(", ")}`,
      "Ctrl-C ends the run after its step and writes what is trained until then; again, it ends at once.\nExit codes: 0 trained, 1 the training failed, 2 nothing was trained, 130 ended by Ctrl-C.",
    ],
  })
    .argument("[recipe]", "what to train; left out with --resume, and one-minute with --model")
    .option("--engine <name>", `${ENGINES.join(", ")} (default: as the recipe says)`)
    .option("--epochs <n>", "length of the run; may be a fraction")
    .option("--steps <n>", "length of the run, in place of --epochs")
    .option("--images <n>", "length of the run in images, in place of --epochs")
    .option("--seed <n>", "of everything random (default: the recipe's)")
    .option(
      "--threads <n>",
      "of the compiled engine (default: as many as the machine has to spare)",
    )
    .addOption(SET_OPTION)
    .option("--data <folder>", "trains on the four .npy arrays or the MNIST files in it")
    .option("--test-images <n>", "tests on so many images, evenly over the test set (default: all)")
    .addOption(new Option("--no-test", "tests on none"))
    .option("--model <file>", "trains this network, with the recipe's other settings")
    .option("--new-head", "with --model: new weights for the last layer, for other classes")
    .option("--weights <file>", "starts from the weights of this file, by the names of layers")
    .option("--cut <layer>", "drops everything after this layer; a new head follows")
    .option("--head <name>", "of the new head: gap, gmp (global average, maximum) or flatten")
    .option("--freeze <n>", "the first n layers stay: a number in Keras' order, a layer or a block")
    .option("--validation-images <n>", "validates on so many at most, 0 on none (default: all)")
    .option("--predictions", "writes the table of predictions on the test images too")
    .option("--out <folder>", "where the files go (default: trained/RECIPE)")
    .option("--resume <folder>", "goes on with the run that was written to this folder by --out")
    .option("--keep-every <seconds>", "a checkpoint at most this often (default: 30)")
    .option("--json", "prints one JSON object on stdout and nothing else there");
}

/** The files that options name, opened. */
export interface GivenFiles {
  readonly model?: ModelToTrain | undefined;
  readonly weights?: WeightsToTrain | undefined;
  /** Is told what differs from the recipe because of them. */
  readonly say?: (line: string) => void;
}

type Options = ReturnType<ReturnType<typeof trainingCommand>["opts"]>;

/** @throws PlaygroundError `command.invalid`, `setting.*` or `engine.unavailable` */
export function trainingRequest(
  named: string | undefined,
  options: Options,
  files: GivenFiles = {},
): TrainingRequest {
  const { model, weights } = files;
  requireOneFile(options);
  const recipe = named ?? (model === undefined ? resumedRecipe(options) : oneMinute.id);
  if (options.resume !== undefined) requireOnlyResumed(named, options);
  const { settings: ofRecipe } = recipeNamed(recipe);
  const given = settingsWithFiles(ofRecipe, files);
  const { data: dataFolder, set = [], out, json = false, predictions = false } = options;
  const engine =
    options.engine === undefined ? undefined : requireName(options.engine, ENGINES, ENGINE_RULE);
  const assignments = [...set.map(assignmentOf), ...ownAssignments(options, engine)];
  requireOneDataSet(dataFolder, assignments);
  // The contents of the folder are read later. Tables stand for them here, because all settings of own data apply to tables.
  const others = dataFolder === undefined ? {} : ({ dataSet: "csv" } as const);
  const settings = withFrozen(withAssignments(given, assignments, others), options);
  return {
    recipe,
    settings,
    ...(model !== undefined && {
      model,
      hasNewHead: options.newHead === true || isCut(settings),
      isPreparationGiven: assignments.some(({ key }) => key === "preparation"),
    }),
    ...(weights !== undefined && { weights: weightsFor(weights, settings) }),
    engine: engine ?? settings.engine,
    ...(dataFolder !== undefined && { dataFolder, besideData: assignments }),
    outFolder:
      options.resume ?? out ?? `trained/${model?.opened.title.replace(/[.][^.]+$/, "") ?? recipe}`,
    ...(options.resume !== undefined && { resumes: true }),
    ...keepEveryOf(options),
    limits: limitsOf(options),
    predictions,
    json,
  };
}

/**
 * Returns the request with the data set that the files of its folder are.
 * @throws PlaygroundError `command.invalid` for a typed setting that such files leave without an effect, as shares of files that
 *   say themselves what trains and what tests
 */
export function withOwnData(request: TrainingRequest, dataSet: OwnDataSet): TrainingRequest {
  const settings = { ...request.settings, dataSet };
  requireEffects(request.besideData ?? [], settings);
  return { ...request, settings };
}

/**
 * Parses the command line of `train`.
 * @throws as `trainingRequest`
 */
export function readTrainingRequest(
  args: readonly string[],
  files: GivenFiles = {},
): TrainingRequest {
  const command = readArguments(trainingCommand(), args);
  try {
    return trainingRequest(command.processedArgs[0], command.opts(), files);
  } catch (error) {
    throw error instanceof CommanderError ? usageFault(error, command) : error;
  }
}

/** The checkpoint replaces the recipe and its settings, which only the default here stands for. */
function resumedRecipe({ resume }: Options): string {
  if (resume !== undefined) return RECIPES[0]?.id ?? "";
  // The same error as for any argument that is missing, which prints the help.
  throw new CommanderError(2, "commander.missingArgument", "missing required argument 'recipe'");
}

/** @throws PlaygroundError `command.invalid` for options that a checkpoint already decides. */
function requireOnlyResumed(recipe: string | undefined, options: Options): void {
  const { epochs, steps, images, seed, set, out, engine, threads, model, weights } = options;
  const { cut, head, freeze } = options;
  const ofNetwork = { model, weights, cut, head, freeze };
  const decided = { epochs, steps, images, seed, set, out, engine, threads, ...ofNetwork };
  const given = Object.entries(decided).flatMap(([option, text]) =>
    text === undefined ? [] : [`--${option}`],
  );
  if (recipe === undefined && given.length === 0) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--resume",
    rule: "a run goes on with its own settings",
    expected: "no recipe and no settings beside it",
    got: [...(recipe === undefined ? [] : [recipe]), ...given].join(", "),
    remedy: "Leave them out.",
  });
}

function settingsWithFiles(recipe: Settings, { model, weights, say }: GivenFiles): Settings {
  if (weights !== undefined) return settingsWithWeights(weights, recipe, say ?? (() => {}));
  return model === undefined ? recipe : settingsWithModel(model, recipe);
}

function requireOneFile({ model, weights }: Options): void {
  if (model === undefined || weights === undefined) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--model and --weights",
    rule: "a run starts from one set of weights",
    expected: "one of the two",
    got: `${model} and ${weights}`,
    remedy: "Leave one out: a model has weights of its own.",
  });
}

function keepEveryOf({ keepEvery }: Options): Pick<TrainingRequest, "keepEveryMs"> {
  const seconds = wholeNumberOf("--keep-every", keepEvery, 0, 86_400);
  return seconds === undefined ? {} : { keepEveryMs: seconds * 1000 };
}

function ownAssignments(
  { epochs, steps, images, seed, threads, cut, head }: Options,
  engine: TrainingEngine | undefined,
): readonly Assignment[] {
  if (threads !== undefined && engine === "reference") {
    throw new PlaygroundError({
      code: "command.invalid",
      where: "--threads",
      rule: "only the compiled engine takes threads",
      expected: "--engine wasm",
      got: "--engine reference",
      remedy: "Leave --threads out.",
    });
  }
  const given = (option: string, key: Assignment["key"], text: string | undefined) =>
    text === undefined ? [] : [{ where: option, key, text }];
  const length = (option: string, budget: Settings["budget"], text: string | undefined) =>
    text === undefined
      ? []
      : [
          { where: option, key: "budget", text: budget, isImplied: true } as const,
          { where: option, key: budget, text },
        ];
  return [
    ...length("--epochs", "epochs", epochs),
    ...length("--steps", "steps", steps),
    ...length("--images", "images", images),
    ...given("--seed", "seed", seed),
    ...(engine === undefined || engine === "reference" ? [] : given("--engine", "engine", engine)),
    ...given("--threads", "threads", threads),
    ...given("--cut", "cutLayer", cut),
    ...given("--head", "headPooling", head && HEADS[requireName(head, HEAD_NAMES, HEAD_RULE)]),
  ];
}

/** Keras' short names of its poolings, which its documents use. */
const HEADS = {
  gap: "average",
  gmp: "max",
  flatten: "flatten",
} as const satisfies Readonly<Record<string, Settings["headPooling"]>>;
const HEAD_NAMES = ["gap", "gmp", "flatten"] as const satisfies readonly (keyof typeof HEADS)[];
const HEAD_RULE: NameRule = {
  code: "setting.invalid",
  where: "--head",
  rule: "no head has this name",
};

/**
 * A layer or a block stands for its number, which depends on the network. What cannot be cut or frozen is refused here, before
 * a file of an earlier run is removed.
 */
function withFrozen(settings: Settings, { freeze, set = [] }: Options): Settings {
  if (freeze === undefined && settings.frozenLayers === 0 && !isCut(settings)) return settings;
  const graph = buildNetwork(settings);
  if (freeze !== undefined) requireOneWayToFreeze(set);
  const frozenLayers =
    freeze === undefined
      ? settings.frozenLayers
      : /^\d+$/.test(freeze)
        ? checkSetting("frozenLayers", Number(freeze))
        : frozenThrough(graph, freeze);
  requireTrainedParams(analyze(graph), frozenLayers);
  return { ...settings, frozenLayers };
}

function requireOneWayToFreeze(set: readonly string[]): void {
  const other = set.find((words) => words.startsWith("frozenLayers="));
  if (other === undefined) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--freeze and --set frozenLayers",
    rule: "the setting frozenLayers is given twice",
    expected: "one value",
    got: `also ${other}`,
    remedy: "Leave one out.",
  });
}

function requireOneDataSet(
  dataFolder: string | undefined,
  assignments: readonly Assignment[],
): void {
  const named = assignments.find(({ key }) => key === "dataSet");
  if (dataFolder === undefined || named === undefined) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: `--data and ${named.where}`,
    rule: "a run has one data set",
    expected: "one of the two",
    got: `${dataFolder} and ${named.text}`,
    remedy: "Leave one out: what the folder holds is told by its files.",
  });
}

function limitsOf({ test, testImages, validationImages }: Options): EvaluationLimits {
  if (!test && testImages !== undefined) {
    throw new PlaygroundError({
      code: "command.invalid",
      where: "--no-test and --test-images",
      rule: "a run is tested or not",
      expected: "one of the two",
      got: "both",
      remedy: "Leave one out.",
    });
  }
  const numTest = test ? wholeNumberOf("--test-images", testImages, 1) : 0;
  const numValidation = wholeNumberOf("--validation-images", validationImages, 0);
  return {
    ...(numTest !== undefined && { testImages: numTest }),
    ...(numValidation !== undefined && { validationImages: numValidation }),
  };
}
