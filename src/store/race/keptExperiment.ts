/**
 * The experiment that goes on, with the results of its finished seeds, in the browser's storage. With the checkpoint of its race
 * it outlasts its tab. There is one place, because one experiment runs at a time.
 */
import * as v from "valibot";
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { countSchema, settingsSchema } from "../../protocol/schemas.ts";
import { experimentById } from "../../settings/experiments/registry.ts";
import { type ExperimentState, isBetweenSeeds } from "./experiment.ts";
import { noRace } from "./state.ts";

/** The part of `localStorage` that is needed. */
export type KeptPlace = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "xception-playground.experiment";

/** JSON writes NaN, the loss of a network that diverged, as null. */
const numberSchema = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? Number.NaN),
);
const pointSchema = v.object({ step: countSchema, loss: numberSchema, accuracy: numberSchema });

const keptSchema = v.object({
  id: v.picklist(["residuals", "intermediate-activation", "equal-parameters"]),
  numSeeds: countSchema,
  /** The seed whose race goes on, and the id of that race; empty before it has started. */
  seed: v.pipe(countSchema, v.minValue(1)),
  raceId: v.string(),
  /** The checksum of a person's own files that it trains on. */
  ownFiles: v.optional(v.string()),
  /** With the results of the seeds before it. */
  arms: v.array(
    v.object({
      arm: v.object({ id: v.string(), name: v.string(), settings: settingsSchema }),
      seeds: v.array(
        v.object({ seed: countSchema, validation: v.array(pointSchema), testAccuracy: v.number() }),
      ),
      failures: v.array(v.object({ seed: countSchema, message: v.string() })),
    }),
  ),
});

export type KeptExperiment = v.InferOutput<typeof keptSchema>;

/** An experiment that an earlier visit left unfinished. */
export interface FoundExperiment {
  readonly kept: KeptExperiment;
  /** For example `Residual connections or none, seed 2 of 3`. */
  readonly title: string;
  /** The newest checkpoint of its race; `null` when the seed starts with its first step. */
  readonly checkpoint: CheckpointSummary | null;
}

/** Replaces what was kept. A storage that is full or denied keeps nothing; the checkpoints of its race say so. */
export function keepExperiment(storage: KeptPlace, state: ExperimentState): void {
  const { id, numSeeds, seed, race, arms, ownChecksum } = state;
  const kept: KeptExperiment = {
    ...{ id, numSeeds, ownFiles: ownChecksum },
    ...(isBetweenSeeds(state)
      ? { seed: seed + 1, raceId: "" }
      : { seed, raceId: race.run.runId ?? "" }),
    arms: arms.map(({ arm, seeds, failures }) => ({
      arm,
      seeds: seeds.map((one) => ({ ...one, validation: [...one.validation] })),
      failures: [...failures],
    })),
  };
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    storage.removeItem(KEY);
  }
}

export function forgetExperiment(storage: KeptPlace): void {
  storage.removeItem(KEY);
}

/** Returns `null` when there is none, or one that another version of the program wrote. */
export function keptExperiment(storage: KeptPlace): KeptExperiment | null {
  try {
    return v.parse(keptSchema, JSON.parse(storage.getItem(KEY) ?? "null"));
  } catch {
    return null;
  }
}

/** Returns the state in which the race of the kept seed is the next one to start. */
export function restoredExperiment(
  { id, numSeeds, seed, arms, ownFiles: ownChecksum }: KeptExperiment,
  ownFiles: readonly OwnFile[],
): ExperimentState {
  const rest = { race: noRace(), outcome: null, error: null };
  return { id, numSeeds, ownFiles, ownChecksum, arms, seed: seed - 1, ...rest };
}

/** Returns for example `Residual connections or none, seed 2 of 3`. */
export function experimentTitle({ id, seed, numSeeds }: KeptExperiment): string {
  return `${experimentById(id).title}, seed ${seed} of ${numSeeds}`;
}
