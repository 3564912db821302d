/**
 * A checkpoint: everything from which a run or a race goes on, on this machine or another one. The pixels in the shuffle buffer
 * are not part of it. The cursor says where the stream of batches was, and the stream is read again up to there.
 */
import * as v from "valibot";
import { openNetwork } from "../network/networks/opened.ts";
import { parseEvent } from "../protocol/events.ts";
import {
  countSchema,
  errorSchema,
  graphSchema,
  isRecord,
  settingsSchema,
  steeredSchema,
} from "../protocol/schemas.ts";

/** What can be said about a checkpoint without reading its tensors. */
const summarySchema = v.object({
  runId: v.string(),
  /** The recipe that the settings came from. */
  recipe: v.string(),
  step: countSchema,
  totalSteps: countSchema,
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  /** A finished run keeps its best weights only and cannot go on. */
  isFinished: v.boolean(),
  /** The version of the program that wrote it. Bits are promised within one version. */
  program: v.string(),
  /** The settings of each network as the person set them last, and in a race its name. A run has one network. */
  lanes: v.array(
    v.object({ runId: v.string(), settings: settingsSchema, name: v.optional(v.string()) }),
  ),
  /** The checksum of a person's own files that the run trains on. */
  ownFiles: v.optional(v.string()),
  /** The networks of opened models that these settings name. */
  networks: v.optional(v.array(v.object({ title: v.string(), graph: graphSchema }))),
});

export type CheckpointSummary = v.InferOutput<typeof summarySchema>;

/** Where the stream of training batches was. Passes, batches and steps count from 0. */
export interface BatchCursor {
  /** The number of the pass through the data. */
  readonly pass: number;
  /** The number of batches taken in this pass. */
  readonly batch: number;
}

/** Any number: the loss of a network that diverged is NaN. */
const numberSchema = v.custom<number>((value) => typeof value === "number");

const measuredSchema = v.object({
  step: countSchema,
  loss: numberSchema,
  accuracy: numberSchema,
  numImages: countSchema,
});

const singleSchema = v.custom<Float32Array>((value) => value instanceof Float32Array);
const vectorSchema = v.custom<Float32Array | Float64Array>(
  (value) => value instanceof Float32Array || value instanceof Float64Array,
);

/** The newest `step.completed` event and all the points of the curve, three numbers each: step, loss, accuracy. */
const historySchema = v.object({
  points: v.instance(Float64Array),
  /** Milliseconds spent in steps up to each point. */
  clock: v.optional(v.instance(Float64Array)),
  progress: v.nullable(v.pipe(v.unknown(), v.transform(parseEvent))),
  events: v.array(v.pipe(v.unknown(), v.transform(parseEvent))),
});

const laneSchema = v.object({
  /** The state of the engine (`ExecutorState`). `null` when the network takes no further part. */
  state: v.nullable(v.object({ step: countSchema, vectors: v.map(v.string(), vectorSchema) })),
  /** The engine that wrote the state, by its name in the settings. */
  engine: v.string(),
  backend: v.string(),
  best: v.nullable(
    v.object({
      ...measuredSchema.entries,
      weights: v.map(v.string(), singleSchema),
    }),
  ),
  measured: v.object({
    validation: v.nullable(measuredSchema),
    test: v.nullable(measuredSchema),
  }),
  /** Milliseconds spent in steps. */
  trainMs: v.number(),
  /** The training accuracy of the newest steps and the state of the random numbers that draw images to compare. */
  statistics: v.nullable(
    v.object({
      recent: v.array(v.object({ numCorrect: v.number(), numImages: v.number() })),
      random: v.array(v.number()),
    }),
  ),
  history: historySchema,
  failure: v.nullable(errorSchema),
});

const checkpointSchema = v.object({
  cursor: v.object({ pass: countSchema, batch: countSchema }),
  /** False when the validation after the newest step has not been completed. */
  isSettled: v.boolean(),
  /** Tells whether the images are the same ones: name, numbers and, for a person's own files, a checksum. */
  data: v.string(),
  lanes: v.array(laneSchema),
  /** The settings that may change during a run, from each step on at which they did. The first are those of the start. */
  changes: v.array(v.object({ step: countSchema, settings: steeredSchema })),
});

export type LaneCheckpoint = v.InferOutput<typeof laneSchema>;
export type LaneHistory = LaneCheckpoint["history"];
export interface Checkpoint extends v.InferOutput<typeof checkpointSchema> {
  readonly summary: CheckpointSummary;
}

/**
 * Also opens the networks that the settings name, so that they can be built.
 * @throws ValiError
 */
export function parseSummary(value: unknown): CheckpointSummary {
  const summary = v.parse(summarySchema, value);
  for (const { title, graph } of summary.networks ?? []) openNetwork(title, graph);
  return summary;
}

/** @throws ValiError */
export function parseCheckpoint(summary: unknown, value: unknown): Checkpoint {
  const parsed = parseSummary(summary);
  const frozenLayers = parsed.lanes[0]?.settings.frozenLayers;
  return { ...v.parse(checkpointSchema, withFrozenLayers(value, frozenLayers)), summary: parsed };
}

/**
 * Completes the changes of a run that an earlier version of the program kept. Frozen layers could not change then, so they are those of
 * its settings.
 */
function withFrozenLayers(value: unknown, frozenLayers: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withFrozenLayers(one, frozenLayers));
  if (!isRecord(value)) return value;
  const settings = "step" in value && "settings" in value ? value.settings : undefined;
  if (isRecord(settings)) return { ...value, settings: { frozenLayers, ...settings } };
  const entries = Object.entries(value).map(([key, part]) => [
    key,
    HOLDING_CHANGES.has(key) ? withFrozenLayers(part, frozenLayers) : part,
  ]);
  return Object.fromEntries(entries);
}

const HOLDING_CHANGES: ReadonlySet<string> = new Set(["changes", "lanes", "history", "events"]);
