/** The weights that this browser keeps of a recorded run, in its newest checkpoint. */
import { type CheckpointFile, newestFile } from "../../checkpoint/checkpointStore.ts";
import { browserFolders } from "../../checkpoint/joinedFolders.ts";
import { settingsIn } from "../../checkpoint/trainedWeights.ts";
import { folderOf } from "../../core/folderOf.ts";
import type { RunHead } from "../../runs/runRecord.ts";

export interface KeptWeights extends CheckpointFile {
  /** Reads the whole checkpoint. The training worker may remove it when it has written a newer one. */
  file(): Promise<Blob>;
}

/** Returns `null` when no weights of the run are kept, or when the browser has no such storage. */
export async function keptWeightsOf(runId: string): Promise<KeptWeights | null> {
  try {
    const folder = browserFolders().folder(folderOf(runId));
    const found = await newestFile(folder);
    if (found === null || settingsIn(found.summary, runId) === undefined) return null;
    const { blob, read, sizeBytes } = await folder.open(found.name);
    return { ...found, file: async () => blob ?? new Blob([await read(0, sizeBytes)]) };
  } catch {
    return null;
  }
}

/** Says why no weights of a run are kept, and what can be done. */
export function noWeightsText({ outcome, kind }: Pick<RunHead, "outcome" | "kind">): string {
  if (outcome === "reset") return "It was reset, and its weights went with it.";
  if (outcome === "running") return "Its weights are kept from its first checkpoint on.";
  const lane =
    kind === "run" ? "" : " Of races and experiments they are kept only while these go on.";
  return `No weights of this run are kept in this browser.${lane} A run keeps them when it finishes or is interrupted, while there is room; a run from a file has them when its file does.`;
}
