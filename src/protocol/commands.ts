/** The commands that the page sends to a worker. One worker serves one run; ending the worker resets the run. */
import * as v from "valibot";
import { OWN_DATA_SETS } from "../settings/ownData.ts";
import { ownFilesSchema, settingsSchema } from "./schemas.ts";

/** The folder above each data set's folder. The worker cannot derive it from its own address. */
const dataUrl = v.pipe(v.string(), v.url());

/** Unique in the page. The answer carries the same id. */
const requestId = v.string();

/** `recipe` is written into the file as its origin. */
const fileFields = {
  requestId,
  recipe: v.string(),
  content: v.picklist(["layers-model", "onnx", "predictions"]),
};

/** A limit, because each lane has a network in memory. */
const MAX_LANES = 4;

const commandSchema = v.variant("type", [
  /** Answered by `dataset.described`. Needs no engine. */
  v.object({
    type: v.literal("dataset.inspect"),
    requestId,
    dataSet: v.picklist(["fashion-mnist", "starter"]),
    dataUrl,
  }),
  /** Inspects files that a person brought. Answered by `ownData.progressed`, then `ownData.described` or `.failed`. */
  v.object({
    type: v.literal("ownData.inspect"),
    requestId,
    kind: v.picklist(OWN_DATA_SETS),
    files: ownFilesSchema,
    settings: settingsSchema,
  }),
  /** Asks what a run with these settings would train on. Answered by `dataset.looked` or `dataset.lookFailed`. */
  v.object({
    type: v.literal("dataset.look"),
    requestId,
    dataUrl,
    settings: settingsSchema,
    ownFiles: ownFilesSchema,
  }),
  /** Starts the run. With `paused`, it pauses after its first step. */
  v.object({
    type: v.literal("run.start"),
    runId: v.string(),
    dataUrl,
    settings: settingsSchema,
    /** Needed by a data set made from a person's own files. */
    ownFiles: v.optional(ownFilesSchema),
    paused: v.boolean(),
  }),
  /**
   * Starts a race: several networks train on the same batches, taking turns step by step. Each lane emits the events of a run
   * under its own id; pauses, loading and the end carry the race's id. With `paused`, it pauses after one step of each lane.
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
  /** Builds the network, times a few steps on real images and ends. Answered by `speed.measured`. */
  v.object({
    type: v.literal("run.measure"),
    runId: v.string(),
    dataUrl,
    settings: settingsSchema,
    ownFiles: v.optional(ownFilesSchema),
  }),
  /** Retries all pending network requests at once. */
  v.object({ type: v.literal("network.tryAgain") }),
  v.object({ type: v.literal("run.pause"), runId: v.string() }),
  v.object({ type: v.literal("run.resume"), runId: v.string() }),
  /** Takes one step, then pauses. */
  v.object({ type: v.literal("run.step"), runId: v.string() }),
  /** Evaluates on the whole test set now, without changing the run. */
  v.object({ type: v.literal("run.test"), runId: v.string() }),
  /** Changes the learning rate, the only setting that may change during a run. */
  v.object({
    type: v.literal("run.setLearningRate"),
    runId: v.string(),
    learningRate: v.pipe(v.number(), v.finite(), v.minValue(0)),
  }),
  /** Exports a file of the run's network. Answered by `file.delivered` or `file.failed`. */
  v.object({
    type: v.literal("file.request"),
    runId: v.string(),
    ...fileFields,
    weights: v.picklist(["last", "best"]),
  }),
  /** Exports the network of these settings untrained. Needs no run. */
  v.object({
    type: v.literal("file.requestUntrained"),
    ...fileFields,
    settings: settingsSchema,
  }),
  /** Requests pixels of test images, for a cell of the confusion matrix. Answered by `images.delivered` or `images.failed`. */
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
