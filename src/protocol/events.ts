/**
 * The events that a worker sends to the page, named in the past tense. They hold plain data and typed arrays only. Every event
 * of a run carries its id, and every answer that of its request, so that the page can ignore late messages.
 */
import * as v from "valibot";
import type { CurvePoint } from "../core/curves.ts";
import type { DataSetDescription, OwnDataDescription } from "../core/dataSet.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { dataLookSchema } from "./dataLook.ts";
import {
  bytesSchema,
  countSchema,
  errorSchema,
  fileSchema,
  floatsSchema,
  isRecord,
  ofRequest,
  ofRun,
  settingsSchema,
  steeredSchema,
  uint32Schema,
} from "./schemas.ts";

const ownDataSchema: v.GenericSchema<unknown, OwnDataDescription> = v.object({
  files: v.array(v.object({ name: v.string(), words: v.string() })),
  notes: v.array(v.string()),
  trainCounts: v.array(countSchema),
  testCounts: v.array(countSchema),
  whole: v.optional(v.object({ counts: v.array(countSchema), why: v.string() })),
  checksum: v.optional(v.string()),
});

const dataSetSchema: v.GenericSchema<unknown, DataSetDescription> = v.object({
  id: v.picklist(["fashion-mnist", "starter", "mnist", "arrays", "csv", "images"]),
  title: v.string(),
  classes: v.array(v.string()),
  numTrain: countSchema,
  numTest: countSchema,
  height: countSchema,
  width: countSchema,
  channels: v.picklist([1, 3]),
  sizeBytes: countSchema,
  numShards: countSchema,
  fallbackReason: v.string(),
  own: v.optional(ownDataSchema),
});

const pointSchema: v.GenericSchema<unknown, CurvePoint> = v.object({
  step: countSchema,
  loss: v.number(),
  accuracy: v.number(),
});

/** Of a pause or its end: the steps done, and how many pauses, resumes, steps and tests the run had received by then. */
const gateEntries = { step: countSchema, received: countSchema };

const evaluationSchema = v.object({
  step: countSchema,
  loss: v.number(),
  accuracy: v.number(),
  numImages: countSchema,
  /** `[classes, classes]` counts; rows are the true class. */
  confusion: uint32Schema,
  /** What the network says of each image, in the order of evaluation: see `Classified`. */
  labels: bytesSchema,
  predicted: bytesSchema,
  probabilities: floatsSchema,
  keptClasses: v.optional(bytesSchema),
});

const speedSchema = v.object({
  stepMs: v.number(),
  imagesPerSecond: v.number(),
  epochMs: v.number(),
  /** For the whole run with these settings. */
  totalMs: v.number(),
});

/** One image in the form that the data set stores. */
const pictureSchema = v.custom<PixelBatch>(isRecord);

const waitSchema = v.object({
  what: v.string(),
  reason: v.string(),
  sinceMs: v.number(),
  attempts: countSchema,
});

const eventSchema = v.variant("type", [
  /** The full list of what this worker waits for from the network. It is empty once everything has arrived. */
  v.object({ type: v.literal("network.changed"), waits: v.array(waitSchema) }),
  ofRequest("dataset.described", { dataSet: dataSetSchema }),
  ofRequest("dataset.failed", { error: errorSchema }),
  ofRequest("dataset.looked", { look: dataLookSchema }),
  ofRequest("dataset.lookFailed", { error: errorSchema }),
  /** A person's own files are being inspected. */
  ofRequest("ownData.progressed", { task: v.string(), share: v.number() }),
  ofRequest("ownData.described", {
    dataSet: dataSetSchema,
    /** Files or archive entries that a run skips. */
    leftOut: v.optional(v.array(v.object({ path: v.string(), entry: v.optional(v.string()) }))),
    /** Of each file, in their order. */
    checksums: v.optional(v.array(v.string())),
  }),
  ofRequest("ownData.failed", { error: errorSchema }),
  /** There will be no other answer: the worker was ended for something else, or the request was cancelled. */
  ofRequest("request.superseded", {}),
  /** A phase of the run began; `detail` is one line for people. */
  ofRun("run.phaseChanged", {
    phase: v.picklist(["loading", "compiling", "training", "testing"]),
    detail: v.string(),
    /** The share of the phase that is done, in `[0, 1]`, when it is known. */
    share: v.optional(v.number()),
  }),
  ofRun("engine.chosen", {
    engine: v.picklist(["tfjs", "wasm", "webgpu", "reference"]),
    label: v.string(),
    device: v.string(),
    backend: v.string(),
    /** One sentence on why this engine was chosen. */
    reason: v.string(),
    /** The engines that were tried or skipped before it. */
    fallbacks: v.array(v.object({ backend: v.string(), reason: v.string() })),
  }),
  /**
   * The device was lost, and training goes on with another without missing a step. `step` steps were done; those after
   * `resumedStep` were repeated.
   */
  ofRun("engine.recovered", { reason: v.string(), step: countSchema, resumedStep: countSchema }),
  /** Describes what the run trains on. */
  ofRun("data.opened", { dataSet: dataSetSchema }),
  ofRun("data.progressed", {
    loadedBytes: countSchema,
    totalBytes: countSchema,
    shardsLoaded: countSchema,
    numShards: countSchema,
    /** The number of images in the shuffle buffer, and the number at which training starts. */
    buffered: countSchema,
    bufferSize: countSchema,
  }),
  ofRun("run.prepared", {
    stepsPerEpoch: countSchema,
    totalSteps: countSchema,
    numTrain: countSchema,
    numValidation: countSchema,
    batchSize: countSchema,
    /** The data the run trains on. All pixels that the run sends have its size and channels. */
    dataSet: dataSetSchema,
    /** How and why the run differs from the settings as shown: one sentence each. */
    notes: v.array(v.string()),
  }),
  /** A person changed settings during the run: which apply from this step on, counted from 0, and the new number of steps. */
  ofRun("run.steered", {
    step: countSchema,
    settings: steeredSchema,
    /** Names what differs from before. */
    words: v.string(),
    totalSteps: countSchema,
  }),
  /** Measured on this machine with this network, before the first training step. */
  ofRun("speed.measured", speedSchema.entries),
  ofRun("step.completed", {
    step: countSchema,
    epoch: countSchema,
    stepInEpoch: countSchema,
    learningRate: v.number(),
    /** The points since the last event, oldest first. Each is the mean over the steps since the point before. */
    points: v.array(pointSchema),
    stepMs: v.number(),
    imagesPerSecond: v.number(),
    /** Milliseconds spent in steps so far, without loading, evaluation and pauses. */
    trainMs: v.number(),
    /** Only when the event repeats the curve of a checkpoint: `trainMs` at each of the points. */
    clock: v.optional(v.array(v.object({ step: countSchema, trainMs: v.number() }))),
    remainingMs: v.number(),
    usedBytes: v.number(),
    numTensors: countSchema,
    /**
     * Only in mixed precision: the current loss scale, and the number of steps skipped so far because a gradient overflowed.
     */
    lossScale: v.optional(v.object({ scale: v.number(), skippedSteps: countSchema })),
    /** The work that the newest step submitted to the graphics device, for engines that count it. */
    work: v.optional(
      v.object({ dispatches: countSchema, submits: countSchema, buffers: countSchema }),
    ),
  }),
  /** On `subset` images several times an epoch for the curve; on all held-out images at an epoch's end. */
  ofRun("validation.completed", { whole: v.boolean(), ...evaluationSchema.entries }),
  ofRun("epoch.completed", { epoch: countSchema, step: countSchema }),
  ofRun("test.progressed", { numImages: countSchema, totalImages: countSchema }),
  ofRun("test.completed", {
    /** True for the answer to a request; the test at the end of a run comes without one. */
    requested: v.optional(v.boolean()),
    ...evaluationSchema.entries,
  }),
  /**
   * An evaluation lagged behind training, so some of its images were classified again with the statistics of their own batches.
   */
  ofRun("statistics.compared", {
    step: countSchema,
    of: v.picklist(["validation", "test"]),
    numImages: countSchema,
    /** Accuracies: with the moving statistics, with those of the batch, and of the newest training batches. */
    byMoving: v.number(),
    byBatch: v.number(),
    training: v.number(),
  }),
  /** The gallery: some test images with the network's current predictions. */
  ofRun("predictions.updated", {
    step: countSchema,
    indices: v.array(countSchema),
    labels: bytesSchema,
    /** `[numImages, height, width]` bytes. */
    pixels: bytesSchema,
    /** `[numImages, classes]` */
    probabilities: floatsSchema,
  }),
  ofRun("images.delivered", {
    requestId: v.string(),
    indices: v.array(countSchema),
    labels: bytesSchema,
    pixels: bytesSchema,
  }),
  /** The answer to `images.request` or `picture.classify` that cannot be given. */
  ofRun("images.failed", { requestId: v.string(), error: errorSchema }),
  ofRun("picture.classified", {
    requestId: v.string(),
    /** The step of the weights. */
    step: countSchema,
    image: pictureSchema,
    /** One for each class. */
    probabilities: floatsSchema,
  }),
  /** A requested test will not run. */
  ofRun("test.refused", { error: errorSchema }),
  /** `step` is the step of the weights in the file. */
  ofRequest("file.delivered", { step: countSchema, bytes: fileSchema }),
  ofRequest("file.failed", { error: errorSchema }),
  /**
   * A checkpoint of this step was written and is complete. It took `ms` milliseconds from the copy to the end, and the next one
   * is due `intervalMs` after it.
   */
  ofRun("checkpoint.kept", {
    step: countSchema,
    bytes: countSchema,
    ms: v.number(),
    intervalMs: v.number(),
  }),
  /** The checkpoint of this step could not be kept, for the reason in `error`. Training goes on. */
  ofRun("checkpoint.failed", { step: countSchema, error: errorSchema }),
  /** A checkpoint from a file is kept. */
  ofRequest("checkpoint.stored", {
    /** The id of its run, which does not run in the worker that answers. */
    storedRun: v.string(),
    recipe: v.string(),
    settings: settingsSchema,
    step: countSchema,
    /** Milliseconds since 1970. */
    savedAt: v.number(),
    isFinished: v.boolean(),
    /** The events that it repeats when its run goes on, of its first network. */
    history: v.array(v.unknown()),
  }),
  /** It is not kept: `file.invalid` when something is wrong with it, otherwise because there is no room or no storage. */
  ofRequest("checkpoint.refused", { error: errorSchema }),
  /**
   * The run goes on from the checkpoint of this step. The events of the run that follow until its next phase repeat what was
   * reported before, so a reader of events forgets what it has of the run.
   */
  ofRun("run.restored", {
    step: countSchema,
    /** Milliseconds since 1970. */
    savedAt: v.number(),
  }),
  /**
   * Another tab goes on with the run or the race, from its checkpoint of this step. The worker does nothing more, and the page
   * ends it.
   */
  ofRun("run.takenOver", { step: countSchema }),
  /**
   * No further step is taken. `words` says why the run ends before its length, and which weights it restored; it is empty when
   * there is nothing to say.
   */
  ofRun("training.ended", { step: countSchema, words: v.string() }),
  /** `computes` is true when a test goes on that was requested in this pause or just before it. */
  ofRun("run.paused", { ...gateEntries, computes: v.boolean() }),
  ofRun("run.resumed", gateEntries),
  ofRun("run.finished", { step: countSchema, trainMs: v.number() }),
  ofRun("run.failed", {
    error: errorSchema,
    step: countSchema,
    /** The step of the weights from which files can still be made; absent when there are none. */
    keptStep: v.optional(countSchema),
  }),
]);

export type WorkerEvent = v.InferOutput<typeof eventSchema>;
export type WorkerEventOf<T extends WorkerEvent["type"]> = Extract<WorkerEvent, { type: T }>;

/** @throws ValiError for anything that is not an event. */
export function parseEvent(message: unknown): WorkerEvent {
  return v.parse(eventSchema, message);
}
