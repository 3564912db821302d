/** The checkpoints that `train --out FOLDER` writes into the folder, and that `--resume FOLDER` goes on from. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import type { RunCheckpoints } from "../../train/loop/runCheckpoint.ts";
import { checkpointFolder } from "./checkpointFolder.ts";
import type { TrainingRequest } from "./trainingRequest.ts";

const pathIn = (outFolder: string) => join(outFolder, "checkpoints");

export function checkpointsIn({ outFolder, recipe, keepEveryMs }: TrainingRequest): RunCheckpoints {
  return {
    folder: checkpointFolder(pathIn(outFolder)),
    recipe,
    ...(keepEveryMs !== undefined && { leastIntervalMs: keepEveryMs }),
  };
}

/** Removes those of an earlier run. */
export async function removeCheckpoints(outFolder: string): Promise<void> {
  await rm(pathIn(outFolder), { recursive: true, force: true });
}

export interface Resumed {
  readonly checkpoint: Checkpoint;
  /** What the checkpoint decides of the request. */
  readonly request: Pick<TrainingRequest, "recipe" | "settings" | "engine">;
}

/**
 * @param say is told which damaged checkpoints were skipped, and from which step the run goes on.
 * @throws PlaygroundError `checkpoint.unusable` when there is none to go on from
 */
export async function resumedCheckpoint(
  outFolder: string,
  say: (line: string) => void,
): Promise<Resumed> {
  const { checkpoint, refused } = await newestCheckpoint(checkpointFolder(pathIn(outFolder)));
  for (const { name, reason } of refused) say(`${name} is not used: ${reason}`);
  const summary = checkpoint?.summary;
  const settings = summary?.lanes[0]?.settings;
  if (checkpoint === null || summary === undefined || settings === undefined)
    throw unusable(outFolder, "there is no checkpoint in this folder", "Train from the start.");
  if (summary.isFinished)
    throw unusable(outFolder, "its run is finished", "Its files are in the folder.");
  const { step, totalSteps, recipe } = summary;
  say(`Goes on with ${recipe} after step ${formatCount(step)} of ${formatCount(totalSteps)}.`);
  const isReference = checkpoint.lanes[0]?.engine === "reference";
  const engine = isReference ? "reference" : settings.engine;
  return { checkpoint, request: { recipe, settings, engine } };
}

function unusable(folder: string, rule: string, remedy: string): PlaygroundError {
  return new PlaygroundError({
    code: "checkpoint.unusable",
    where: `--resume ${folder}`,
    rule,
    remedy,
  });
}
