/**
 * What is kept of a run. The head is small and holds what a list shows, searches and sorts by. The body holds curves and
 * matrices and is read only when they are drawn. Both are plain data that IndexedDB stores unchanged.
 */
import type { Settings } from "../settings/settings.ts";

/** Raise it when a stored record or a run file of an older program can no longer be read unchanged. */
export const RECORD_VERSION = 1;

/**
 * `running` also stands for a paused run. `stopped` is a run whose page was closed. `reset` is a run that a person ended before
 * its last step.
 */
export const OUTCOMES = ["running", "finished", "stopped", "failed", "reset"] as const;
export type RunOutcome = (typeof OUTCOMES)[number];

/** A lane of a race or of an experiment is a run of its own, and so is a run of a sweep. */
export const RUN_KINDS = ["run", "race", "experiment", "sweep"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

export interface Measured {
  /** The number of steps done. */
  readonly step: number;
  readonly loss: number;
  /** A share in `[0, 1]`. */
  readonly accuracy: number;
}

export interface RunFigures {
  /** The number of steps done. */
  readonly step: number;
  /** Milliseconds spent in steps. */
  readonly trainMs: number;
  /** The newest point of the training curve. */
  readonly training: Measured | null;
  /** The newest validation. */
  readonly validation: Measured | null;
  /** The validation with the highest accuracy, and of equal ones the first. */
  readonly best: Measured | null;
  readonly test: (Measured & { readonly numImages: number }) | null;
}

export interface RunHead {
  readonly version: typeof RECORD_VERSION;
  /** Unique over all visits. */
  readonly id: string;
  readonly kind: RunKind;
  /** The race, the experiment or the sweep that the run is part of, and what it is there. */
  readonly group: { readonly id: string; readonly title: string; readonly lane: string } | null;
  /** Generated from the recipe and what differs from it. */
  readonly name: string;
  /** The name that a person gave; empty when there is none. */
  readonly ownName: string;
  readonly recipeId: string;
  /** The settings at the start, with the newest learning rate. */
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly outcome: RunOutcome;
  /** Why it failed; empty when it did not. */
  readonly error: string;
  /** Why it ended before its length and which weights it restored; empty when there is nothing to say. */
  readonly ending: string;
  readonly engine: {
    readonly engine: string;
    readonly label: string;
    readonly device: string;
    readonly backend: string;
  } | null;
  readonly machine: {
    /** The browser's own description of itself. */
    readonly browser: string;
    readonly cores: number;
    /** The browser rounds it, and some do not report it. */
    readonly memoryGb: number | null;
  };
  /** The version of the program that recorded it. */
  readonly program: string;
  /** The title of the data set. */
  readonly data: string;
  /** How and why the run differed from its settings, as the run reported it. */
  readonly remarks: readonly string[];
  /** What a person wrote about it. */
  readonly notes: string;
  readonly tags: readonly string[];
  readonly pinned: boolean;
  /** When it was deleted. Until the next deletion it can be restored. */
  readonly deletedAt: number | null;
  readonly plan: {
    readonly totalSteps: number;
    readonly stepsPerEpoch: number;
    readonly batchSize: number;
    readonly numTrain: number;
    readonly numValidation: number;
  } | null;
  /** Counts of the network; `macs` is for one image. */
  readonly costs: { readonly parameters: number; readonly macs: number } | null;
  readonly figures: RunFigures;
  /** The estimated size of head and body in storage. */
  readonly sizeBytes: number;
}

/** Columns of equal length. Steps ascend. All numbers are finite. */
export interface Curve {
  readonly steps: Float64Array;
  readonly losses: Float64Array;
  /** Shares in `[0, 1]`. */
  readonly accuracies: Float64Array;
}

/** Columns of equal length: readings at some steps, ascending. */
export interface Clock {
  readonly steps: Float64Array;
  /** Milliseconds spent in steps until then. */
  readonly trainMs: Float64Array;
  readonly learningRates: Float64Array;
}

export interface RunMatrix {
  readonly step: number;
  readonly source: "validation" | "test";
  readonly numImages: number;
  /** `[classes, classes]` counts, row-major; rows are the true class. */
  readonly counts: Uint32Array;
}

export interface RunBody {
  readonly id: string;
  readonly classes: readonly string[];
  /** Each point is the mean over the steps since the point before. */
  readonly training: Curve;
  readonly validation: Curve;
  readonly clock: Clock;
  /** In the order in which they were measured. */
  readonly matrices: readonly RunMatrix[];
}

export interface RunRecord {
  readonly head: RunHead;
  readonly body: RunBody;
}

/** Returns the name to show. */
export function titleOf({ ownName, name }: Pick<RunHead, "ownName" | "name">): string {
  return ownName === "" ? name : ownName;
}

/** The head's size is an estimate, because the database does not report sizes. */
const HEAD_BYTES = 3_000;

/** Returns the estimated size of a record in storage. */
export function sizeOf({ training, validation, clock, matrices, classes }: RunBody): number {
  const numbers = 3 * (training.steps.length + validation.steps.length + clock.steps.length);
  const counts = matrices.reduce((sum, matrix) => sum + matrix.counts.byteLength, 0);
  return HEAD_BYTES + 8 * numbers + counts + classes.join("").length;
}
