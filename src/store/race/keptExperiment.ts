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

/** Where the experiment is stored. Every function rejects where there is no storage. */
export interface KeptPlace {
  get(): Promise<unknown>;
  put(kept: KeptExperiment): Promise<void>;
  remove(): Promise<void>;
}

/** The loss of a network that diverged is NaN. */
const numberSchema = v.custom<number>((value) => typeof value === "number");
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
  /**
   * The newest checkpoint of its race; `null` when the seed starts with its first step. It may be that of a finished race, whose
   * results were not yet added when the page ended.
   */
  readonly checkpoint: CheckpointSummary | null;
}

/** Replaces what was kept. A storage that is full or denied keeps nothing; the checkpoints of its race say so. */
export async function keepExperiment(place: KeptPlace, state: ExperimentState): Promise<void> {
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
  await place.put(kept).catch(() => forgetExperiment(place));
}

export async function forgetExperiment(place: KeptPlace): Promise<void> {
  await place.remove().catch(() => {});
}

/** Returns `null` when there is none, or one that another version of the program wrote. */
export async function keptExperiment(place: KeptPlace): Promise<KeptExperiment | null> {
  const stored = await place.get().catch(() => undefined);
  const { success, output } = v.safeParse(keptSchema, stored);
  return success ? output : null;
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
