/** Keeps a person's own files in this browser, if asked, so that a run can go on after a reload without choosing them again. */
import { type KeptOwnFiles, openKeptDatabase } from "../../checkpoint/keptDatabase.ts";
import { reasonOf } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatBytes } from "../../core/units.ts";
import { OWN_DATA_SETS, type OwnDataSet } from "../../settings/ownData.ts";
import type { ChosenFiles, KeptFilesActions, OwnDataState } from "./ownData.ts";

/** The room for the files of one data set that a browser keeps. */
export const MOST_KEPT_BYTES = 500_000_000;

function bytesOf(files: readonly OwnFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** Returns the bytes of the files of all kinds that the browser keeps. */
export function keptBytes({ chosen, kept }: OwnDataState): number {
  return bytesOf(
    OWN_DATA_SETS.flatMap((kind) => (kept[kind]?.isKept ? (chosen[kind]?.files ?? []) : [])),
  );
}

/** Keeps or forgets the files of one kind, and tells the page what came of it. */
export async function keepFiles(
  kind: OwnDataSet,
  chosen: ChosenFiles | undefined,
  actions: KeptFilesActions,
): Promise<void> {
  // A tick shows at once, and is taken back when there is no room.
  actions.setKeptFiles(kind, { isKept: chosen !== undefined, problem: null });
  try {
    const database = await openKeptDatabase();
    if (chosen === undefined) {
      await database.delete("ownFiles", kind);
      return;
    }
    const { files, description } = chosen;
    const kept: KeptOwnFiles = { files: files.map((file) => ({ ...file })), description };
    await database.put("ownFiles", kept, kind);
  } catch (error) {
    const reason = reasonOf(error).replace(/[.]$/, "");
    actions.setKeptFiles(kind, {
      isKept: false,
      problem: `They are not kept: ${reason}. Training goes on with them until a reload. Free space on the disk or leave the private window, then tick again.`,
    });
  }
}

/**
 * Takes the files that an earlier visit kept. Where others were chosen meanwhile, it forgets them, as the page does whenever other
 * files are chosen.
 */
export async function restoreFiles(actions: KeptFilesActions): Promise<void> {
  const database = await openKeptDatabase();
  for (const kind of OWN_DATA_SETS) {
    const kept = await database.get("ownFiles", kind);
    if (kept !== undefined && !actions.restoreFiles(kind, kept))
      await database.delete("ownFiles", kind);
  }
}

/** Removes the files of all kinds. */
export async function forgetFiles(): Promise<void> {
  await (await openKeptDatabase()).clear("ownFiles");
}

/** Says why the files are too large to be kept; `null` when they are not. */
export function tooLargeText(chosen: ChosenFiles) {
  const bytes = bytesOf(chosen.files);
  return bytes <= MOST_KEPT_BYTES
    ? null
    : `They have ${formatBytes(bytes)}; at most ${formatBytes(MOST_KEPT_BYTES)} can be kept in this browser.`;
}
