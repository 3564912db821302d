/** What the page may ask of the worker. One worker serves one run; ending it is how a run is reset. */
import * as v from "valibot";
import { OWN_DATA_SETS } from "../settings/ownData.ts";
import { ownFilesSchema, settingsSchema } from "./schemas.ts";

/** Where the data sets lie: the folder above each set's manifest. The worker's own address says nothing about it. */
const dataUrl = v.pipe(v.string(), v.url());

/** Unique in the page; the answer carries it. */
const requestId = v.string();

/** `recipe` is what the file says of its origin. */
const fileFields = {
  requestId,
  recipe: v.string(),
  content: v.picklist(["layers-model", "onnx", "predictions"]),
};

/** Each has a network in memory. */
const MAX_LANES = 4;

const commandSchema = v.variant("type", [
  /** Answers with `dataset.described`. Needs no engine. */
  v.object({
    type: v.literal("dataset.inspect"),
    requestId,
    dataSet: v.picklist(["fashion-mnist", "starter"]),
    dataUrl,
  }),
  /** Looks into files that a person brought: answers with `ownData.progressed`, then `ownData.described` or `.failed`. */
  v.object({
    type: v.literal("ownData.inspect"),
    requestId,
    kind: v.picklist(OWN_DATA_SETS),
    files: ownFilesSchema,
    settings: settingsSchema,
  }),
  /** Answers with `dataset.looked` or `dataset.lookFailed`: what a run with these settings would train on. */
  v.object({
    type: v.literal("dataset.look"),
    requestId,
    dataUrl,
    settings: settingsSchema,
    ownFiles: ownFilesSchema,
  }),
  /** Starts the run; with `paused`, it stops after its first step. */
  v.object({
    type: v.literal("run.start"),
    runId: v.string(),
    dataUrl,
    settings: settingsSchema,
    /** For a data set made of them. */
    ownFiles: v.optional(ownFilesSchema),
    paused: v.boolean(),
  }),
  /**
   * Starts a race: several networks on the same batches, in turn by step. Each lane tells of itself by the events of
   * a run, under its own id; pauses, loading and the end carry the race's. With `paused`, it stops after a step of each.
   */
  v.object({
    type: v.literal("race.start"),
    runId: v.string(),
    dataUrl,
    lanes: v.pipe(
      v.array(v.object({ runId: v.string(), settings: settingsSchema })),
      v.minLength(1),
      v.maxLength(MAX_LANES),
    ),
    ownFiles: v.optional(ownFilesSchema),
    paused: v.boolean(),
  }),
  /** Builds the network, times a few steps on real images and ends: answers with `speed.measured`. */
  v.object({
    type: v.literal("run.measure"),
    runId: v.string(),
    dataUrl,
    settings: settingsSchema,
    ownFiles: v.optional(ownFilesSchema),
  }),
  /** Asks the network at once for everything that is waited for. */
  v.object({ type: v.literal("network.tryAgain") }),
  v.object({ type: v.literal("run.pause"), runId: v.string() }),
  v.object({ type: v.literal("run.resume"), runId: v.string() }),
  /** One step, then paused. */
  v.object({ type: v.literal("run.step"), runId: v.string() }),
  /** Evaluates on the whole test set now; the run goes on as it was. */
  v.object({ type: v.literal("run.test"), runId: v.string() }),
  /** The one setting that may change while a run goes on. */
  v.object({
    type: v.literal("run.setLearningRate"),
    runId: v.string(),
    learningRate: v.pipe(v.number(), v.finite(), v.minValue(0)),
  }),
  /** Builds a file of the run's network, answered by `file.delivered` or `file.failed`. */
  v.object({
    type: v.literal("file.request"),
    runId: v.string(),
    ...fileFields,
    weights: v.picklist(["last", "best"]),
  }),
  /** The same for the network of these settings as it is before any training. Needs no run. */
  v.object({
    type: v.literal("file.requestUntrained"),
    ...fileFields,
    settings: settingsSchema,
  }),
  /** Answers with `images.delivered` or `images.failed`: pixels of test images, for a cell of the confusion matrix. */
  v.object({
    type: v.literal("images.request"),
    runId: v.string(),
    requestId,
    indices: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(200)),
  }),
]);

export type Command = v.InferOutput<typeof commandSchema>;

/** @throws ValiError for anything that is not a command. */
export function parseCommand(message: unknown): Command {
  return v.parse(commandSchema, message);
}
