/**
 * What the worker tells the page, in the past tense. Plain data and typed arrays only. Every event of a run
 * carries its id, and every answer that of its question, so that a late word is told apart from one that is waited for.
 */
import * as v from "valibot";
import { dataLookSchema } from "./dataLook.ts";
import {
  bytesSchema,
  countSchema,
  errorSchema,
  fileSchema,
  floatsSchema,
  uint32Schema,
} from "./schemas.ts";

const runId = v.string();
/** Of the command that is answered. */
const requestId = v.string();

/** Files that a person brought, as they were found. */
const ownDataSchema = v.object({
  files: v.array(v.object({ name: v.string(), words: v.string() })),
  /** What was decided on the way: one sentence each. */
  notes: v.array(v.string()),
  /** `[classes]`: images of each. */
  trainCounts: v.array(countSchema),
  testCounts: v.array(countSchema),
});

/** What there is to train on. */
const dataSetSchema = v.object({
  id: v.picklist(["fashion-mnist", "starter", "mnist", "arrays", "images"]),
  title: v.string(),
  classes: v.array(v.string()),
  numTrain: countSchema,
  numTest: countSchema,
  height: countSchema,
  width: countSchema,
  /** Grey, or red, green and blue. */
  channels: v.picklist([1, 3]),
  sizeBytes: countSchema,
  numShards: countSchema,
  /** Why this set stands in for the one asked for; empty where it is the one asked for. */
  fallbackReason: v.string(),
  /** Of a data set that a person brought. */
  own: v.optional(ownDataSchema),
});

const pointSchema = v.object({
  /** Steps done, from 1. */
  step: countSchema,
  loss: v.number(),
  accuracy: v.number(),
});

const evaluationSchema = v.object({
  step: countSchema,
  loss: v.number(),
  accuracy: v.number(),
  numImages: countSchema,
  /** `[classes, classes]` counts, rows the true class. */
  confusion: uint32Schema,
});

const speedSchema = v.object({
  stepMs: v.number(),
  imagesPerSecond: v.number(),
  epochMs: v.number(),
  /** For the whole run as set. */
  totalMs: v.number(),
});

const waitSchema = v.object({
  what: v.string(),
  reason: v.string(),
  sinceMs: v.number(),
  attempts: countSchema,
});

const eventSchema = v.variant("type", [
  /** What this worker asks the network for again and again, all of it; nothing once it has come. */
  v.object({ type: v.literal("network.changed"), waits: v.array(waitSchema) }),
  v.object({ type: v.literal("dataset.described"), requestId, dataSet: dataSetSchema }),
  v.object({ type: v.literal("dataset.failed"), requestId, error: errorSchema }),
  v.object({ type: v.literal("dataset.looked"), requestId, look: dataLookSchema }),
  v.object({ type: v.literal("dataset.lookFailed"), requestId, error: errorSchema }),
  /** Somebody's files are being looked into. */
  v.object({
    type: v.literal("ownData.progressed"),
    requestId,
    task: v.string(),
    share: v.number(),
  }),
  v.object({
    type: v.literal("ownData.described"),
    requestId,
    dataSet: dataSetSchema,
    /** Files of no use, or entries of an archive: a run does without them. */
    leftOut: v.optional(v.array(v.object({ path: v.string(), entry: v.optional(v.string()) }))),
  }),
  v.object({ type: v.literal("ownData.failed"), requestId, error: errorSchema }),
  /** Nobody answers any more: its worker was ended for something else, or the request was taken back. */
  v.object({ type: v.literal("request.superseded"), requestId }),
  /** A phase of the run began; `detail` is one line for people. */
  v.object({
    type: v.literal("run.phaseChanged"),
    runId,
    phase: v.picklist(["loading", "compiling", "training", "testing"]),
    detail: v.string(),
    /** Of the phase that is done, in `[0, 1]`, where somebody counts. */
    share: v.optional(v.number()),
  }),
  v.object({
    type: v.literal("engine.chosen"),
    runId,
    engine: v.picklist(["tfjs", "wasm", "webgpu", "reference"]),
    label: v.string(),
    device: v.string(),
    backend: v.string(),
    /** Why this one: a sentence. */
    reason: v.string(),
    /** Those tried or passed over before it. */
    fallbacks: v.array(v.object({ backend: v.string(), reason: v.string() })),
  }),
  /**
   * The device was lost, and training goes on with another: nothing is missing. `step` were done, those after
   * `resumedStep` were taken again.
   */
  v.object({
    type: v.literal("engine.recovered"),
    runId,
    reason: v.string(),
    step: countSchema,
    resumedStep: countSchema,
  }),
  /** What the run trains on. */
  v.object({ type: v.literal("data.opened"), runId, dataSet: dataSetSchema }),
  v.object({
    type: v.literal("data.progressed"),
    runId,
    loadedBytes: countSchema,
    totalBytes: countSchema,
    shardsLoaded: countSchema,
    numShards: countSchema,
    /** Images in the shuffle buffer, and how many it waits for before training starts. */
    buffered: countSchema,
    bufferSize: countSchema,
  }),
  v.object({
    type: v.literal("run.prepared"),
    runId,
    stepsPerEpoch: countSchema,
    totalSteps: countSchema,
    numTrain: countSchema,
    numValidation: countSchema,
    batchSize: countSchema,
    /** What it trains on; the pixels that the run sends are of its size and channels. */
    dataSet: dataSetSchema,
    /** Where the run differs from the settings as shown, and why: one sentence each. */
    notes: v.array(v.string()),
  }),
  /** Measured on this machine, with this network, before the first step of training. */
  v.object({ type: v.literal("speed.measured"), runId, ...speedSchema.entries }),
  v.object({
    type: v.literal("step.completed"),
    runId,
    step: countSchema,
    epoch: countSchema,
    stepInEpoch: countSchema,
    learningRate: v.number(),
    /** Points since the last event, oldest first; each the mean over the steps since the point before. */
    points: v.array(pointSchema),
    stepMs: v.number(),
    imagesPerSecond: v.number(),
    /** Milliseconds spent in steps so far: without loading, evaluation and pauses. */
    trainMs: v.number(),
    remainingMs: v.number(),
    usedBytes: v.number(),
    numTensors: countSchema,
    /** In mixed precision: what the loss is scaled by now, and the steps that changed no weight so far. */
    lossScale: v.optional(v.object({ scale: v.number(), skippedSteps: countSchema })),
    /** What the newest step asked of the graphics device, where the engine counts it. */
    work: v.optional(
      v.object({ dispatches: countSchema, submits: countSchema, buffers: countSchema }),
    ),
  }),
  /** On `subset` images several times an epoch for the curve; on all held-out images at an epoch's end. */
  v.object({
    type: v.literal("validation.completed"),
    runId,
    whole: v.boolean(),
    ...evaluationSchema.entries,
  }),
  v.object({ type: v.literal("epoch.completed"), runId, epoch: countSchema, step: countSchema }),
  v.object({
    type: v.literal("test.progressed"),
    runId,
    numImages: countSchema,
    totalImages: countSchema,
  }),
  v.object({
    type: v.literal("test.completed"),
    runId,
    ...evaluationSchema.entries,
    /** `[numImages]`, by test image. */
    predicted: bytesSchema,
    labels: bytesSchema,
  }),
  /** An evaluation lagged behind training: some of its images once more, by the statistics of their own batches. */
  v.object({
    type: v.literal("statistics.compared"),
    runId,
    step: countSchema,
    of: v.picklist(["validation", "test"]),
    numImages: countSchema,
    /** Accuracies: by the moving statistics, by those of the batch, and of the newest training batches. */
    byMoving: v.number(),
    byBatch: v.number(),
    training: v.number(),
  }),
  /** The gallery: some test images as the network sees them now. */
  v.object({
    type: v.literal("predictions.updated"),
    runId,
    step: countSchema,
    indices: v.array(countSchema),
    labels: bytesSchema,
    /** `[numImages, height, width]` bytes. */
    pixels: bytesSchema,
    /** `[numImages, classes]` */
    probabilities: floatsSchema,
  }),
  v.object({
    type: v.literal("images.delivered"),
    runId,
    requestId,
    indices: v.array(countSchema),
    labels: bytesSchema,
    pixels: bytesSchema,
  }),
  v.object({ type: v.literal("images.failed"), runId, requestId, error: errorSchema }),
  /** A test that was asked for is not made. */
  v.object({ type: v.literal("test.refused"), runId, error: errorSchema }),
  /** `step` is that of the weights in it. */
  v.object({
    type: v.literal("file.delivered"),
    requestId,
    step: countSchema,
    bytes: fileSchema,
  }),
  v.object({ type: v.literal("file.failed"), requestId, error: errorSchema }),
  v.object({ type: v.literal("run.paused"), runId, step: countSchema }),
  v.object({ type: v.literal("run.resumed"), runId, step: countSchema }),
  v.object({ type: v.literal("run.finished"), runId, step: countSchema, trainMs: v.number() }),
  v.object({
    type: v.literal("run.failed"),
    runId,
    error: errorSchema,
    step: countSchema,
    /** Steps that the weights have had which a file can still be made of; absent where there are none. */
    keptStep: v.optional(countSchema),
  }),
]);

export type WorkerEvent = v.InferOutput<typeof eventSchema>;
export type WorkerEventOf<T extends WorkerEvent["type"]> = Extract<WorkerEvent, { type: T }>;
export type DataSetDescription = v.InferOutput<typeof dataSetSchema>;

/** @throws ValiError for anything that is not an event. */
export function parseEvent(message: unknown): WorkerEvent {
  return v.parse(eventSchema, message);
}
