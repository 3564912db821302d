/** The commands that the page sends to a worker. One worker serves one run; ending the worker resets the run. */
import * as v from "valibot";
import { EVALUATED_PARTS } from "../core/classified.ts";
import { OWN_DATA_SETS } from "../settings/ownData.ts";
import type { OpenedName, Settings } from "../settings/settings.ts";
import {
  graphSchema,
  isRecord,
  ofRequest,
  ofRun,
  ownFilesSchema,
  settingsSchema,
  steeredSchema,
} from "./schemas.ts";

/** The folder above each data set's folder. The worker cannot derive it from its own address. */
const dataUrl = v.pipe(v.string(), v.url());

/** `recipe` is written into the file as its origin. */
const fileFields = {
  recipe: v.string(),
  content: v.picklist([
    "layers-model",
    "onnx",
    "keras",
    "keras-hdf5",
    "keras-weights",
    "keras-program",
    "pytorch-program",
    "standalone",
    "predictions",
  ]),
};

/**
 * Weights that a person chose to start from, with a name for people: those that are kept of a run, those of an opened model,
 * whose network the register has by this name, or those of a file of weights, in the network of these settings.
 */
export type ChosenWeightsOrder = { readonly title: string } & (
  | { readonly runId: string }
  | { readonly network: OpenedName; readonly weights: ReadonlyMap<string, Float32Array> }
  | { readonly settings: Settings; readonly weights: ReadonlyMap<string, Float32Array> }
);
const chosenWeightsSchema = v.custom<ChosenWeightsOrder>(isRecord);

/** The file or the canvas of a picture, its name for messages, and whether light and dark are swapped. */
const givenPicture = { blob: v.blob(), name: v.string(), isSwapped: v.boolean() };

/** A limit, because each lane has a network in memory. */
const MAX_LANES = 4;

const commandSchema = v.variant("type", [
  /** Answered by `dataset.described`. Needs no engine. */
  ofRequest("dataset.inspect", { dataSet: v.picklist(["fashion-mnist", "starter"]), dataUrl }),
  /** Inspects files that a person brought. Answered by `ownData.progressed`, then `ownData.described` or `.failed`. */
  ofRequest("ownData.inspect", {
    kind: v.picklist(OWN_DATA_SETS),
    files: ownFilesSchema,
    settings: settingsSchema,
  }),
  /** Makes the network of an opened model known, before the first command whose settings name it. */
  v.object({ type: v.literal("network.open"), title: v.string(), graph: graphSchema }),
  /** Asks what a run with these settings would train on. Answered by `dataset.looked` or `dataset.lookFailed`. */
  ofRequest("dataset.look", { dataUrl, settings: settingsSchema, ownFiles: ownFilesSchema }),
  /**
   * Starts the run. With `paused`, it pauses after its first step. With `resumes`, it goes on from its newest checkpoint, which
   * decides the settings. With `takesOver`, it takes the run from a worker of another tab that does not answer.
   */
  ofRun("run.start", {
    dataUrl,
    settings: settingsSchema,
    /** Written into the checkpoints as the origin of the settings. */
    recipe: v.string(),
    resumes: v.boolean(),
    takesOver: v.optional(v.boolean()),
    /** Needed by a data set made from a person's own files. */
    ownFiles: v.optional(ownFilesSchema),
    /** Needed by settings that start from chosen weights. */
    chosenWeights: v.optional(chosenWeightsSchema),
    paused: v.boolean(),
  }),
  /**
   * Opens the weights that are kept of a run, or of a lane of a race, and evaluates them. Answered by `validation.completed`,
   * `test.completed` or `run.failed` under the id of this command. Then images and files can be requested of it.
   */
  ofRun("run.reopen", {
    dataUrl,
    /** The id of the run that was trained. */
    trained: v.string(),
    part: v.picklist(EVALUATED_PARTS),
    ownFiles: v.optional(ownFilesSchema),
  }),
  /**
   * Starts a race: several networks train on the same batches, taking turns step by step. Each lane emits the events of a run
   * under its own id; pauses, loading and the end carry the race's id. With `paused`, it pauses after one step of each lane. With
   * `resumes` and `takesOver` it goes on as a run does; the checkpoint decides the lanes.
   */
  ofRun("race.start", {
    dataUrl,
    lanes: v.pipe(
      v.array(v.object({ runId: v.string(), settings: settingsSchema, name: v.string() })),
      v.minLength(1),
      v.maxLength(MAX_LANES),
    ),
    recipe: v.string(),
    resumes: v.boolean(),
    takesOver: v.optional(v.boolean()),
    ownFiles: v.optional(ownFilesSchema),
    chosenWeights: v.optional(chosenWeightsSchema),
    paused: v.boolean(),
  }),
  /**
   * Verifies a checkpoint from a file and keeps it. `runId` is the run or the race that it must be of; without one it gets an
   * id that follows from its bytes. Answered by `checkpoint.stored`, or by `checkpoint.refused`.
   */
  ofRequest("checkpoint.store", {
    file: v.blob(),
    name: v.string(),
    runId: v.optional(v.string()),
  }),
  /** Builds the network, times a few steps on real images and ends. Answered by `speed.measured`. */
  ofRun("run.measure", { dataUrl, settings: settingsSchema, ownFiles: v.optional(ownFilesSchema) }),
  /** Retries all pending network requests at once. */
  v.object({ type: v.literal("network.tryAgain") }),
  ofRun("run.pause", {}),
  /** Keeps a checkpoint now, because the page may end without another event. */
  ofRun("run.keep", {}),
  ofRun("run.resume", {}),
  /** Takes one step, then pauses. */
  ofRun("run.step", {}),
  /** Evaluates on the whole test set now, without changing the run. */
  ofRun("run.test", {}),
  /** Changes what may change during a run, from its next step on. Answered by `run.steered`. */
  ofRun("run.steer", { settings: steeredSchema }),
  /** Exports a file of the run's network. Answered by `file.delivered` or `file.failed`. */
  ofRun("file.request", {
    requestId: v.string(),
    ...fileFields,
    weights: v.picklist(["last", "best"]),
  }),
  /**
   * Classifies a picture that a person gave, with the newest weights of the run. Answered by `picture.classified` or
   * `images.failed`.
   */
  ofRun("picture.classify", { requestId: v.string(), ...givenPicture }),
  /** Exports the network of these settings untrained. Needs no run. */
  ofRequest("file.requestUntrained", { ...fileFields, settings: settingsSchema }),
  /**
   * Requests pixels of evaluated images, by their places in the order of evaluation, of a run or of a race. Answered by
   * `images.delivered` or `images.failed`.
   */
  ofRun("images.request", {
    requestId: v.string(),
    of: v.picklist(EVALUATED_PARTS),
    indices: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(200)),
  }),
]);

export type Command = v.InferOutput<typeof commandSchema>;

/** @throws ValiError for anything that is not a command. */
export function parseCommand(message: unknown): Command {
  return v.parse(commandSchema, message);
}
