/** What goes on from a checkpoint: a run or a race, or the experiment or the sweep that it is part of. */
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import type { OwnDataSet } from "../../settings/ownData.ts";
import type { OwnDataState } from "../data/ownData.ts";
import {
  experimentTitle,
  type FoundExperiment,
  type KeptPlace,
  keptExperiment,
} from "../race/keptExperiment.ts";
import { storedSweeps } from "../sweeps/storedSweeps.ts";
import { isOfRace, ownFilesText, ownKindOf, stepText, titleOf } from "./foundRun.ts";

export type Interrupted =
  | { readonly kind: "run" | "race"; readonly checkpoint: CheckpointSummary }
  | ({ readonly kind: "experiment" } & FoundExperiment)
  | {
      readonly kind: "sweep";
      readonly id: string;
      readonly name: string;
      readonly checkpoint: CheckpointSummary;
    };

/** What another tab trains, as its worker told it. */
export interface Elsewhere {
  readonly runId: string;
  readonly what: Interrupted;
  /** Milliseconds of a step, during which its worker reads no messages. */
  readonly stepMs: number;
  /** How far taking it over has come. A tab that is silent does not answer; another one may refuse. */
  readonly status: "offered" | "asked" | "saving" | "silent" | "refused";
  /** Why it was refused, in a sentence. */
  readonly reason: string;
  /** The newest checkpoint of a run whose tab does not answer; `null` when there is none. */
  readonly newest: CheckpointSummary | null;
}

/**
 * Finds what the run or the race of a checkpoint belongs to, among what this browser keeps.
 * @param place where the experiment is stored
 */
export async function interruptedOf(
  checkpoint: CheckpointSummary,
  place: KeptPlace,
): Promise<Interrupted> {
  const kept = await keptExperiment(place);
  if (kept !== null && kept.raceId === checkpoint.runId)
    return { kind: "experiment", kept, title: experimentTitle(kept), checkpoint };
  if (isOfRace(checkpoint)) return { kind: "race", checkpoint };
  const { sweeps, recordIds } = await storedSweeps();
  const sweep = sweeps.find((one) => recordIds(one).includes(checkpoint.runId));
  return sweep === undefined
    ? { kind: "run", checkpoint }
    : { kind: "sweep", id: sweep.id, name: sweep.sweep.name, checkpoint };
}

/** Returns for example `The notebook, step 412 of 1,874`. */
export function interruptedText(what: Interrupted): string {
  const { checkpoint } = what;
  const step = checkpoint && stepText(checkpoint);
  const title =
    what.kind === "experiment"
      ? what.title
      : what.kind === "sweep"
        ? `A run of the sweep ${what.name}`
        : titleOf(what.checkpoint);
  return [title, ...(step === null ? [] : [step])].join(", ");
}

/** Returns which of a person's own files it needs, and of which kind; `null` when they are chosen or it needs none. */
export function missingFiles(
  what: Interrupted,
  ownData: Pick<OwnDataState, "chosen">,
): { readonly kind: OwnDataSet; readonly text: string } | null {
  const of = what.kind === "experiment" ? what.kept : what.checkpoint;
  const text = ownFilesText(of, ownData);
  const kind = ownKindOf(of);
  return kind === undefined || text === "" ? null : { kind, text };
}
