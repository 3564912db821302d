/** Passes files from a drop or a dialog to the store, with their folders. It reads none of them, except a few first bytes. */
import { messageOf, PlaygroundError, serializeError } from "../../../core/errors.ts";
import { FILE_FORMATS, fileFormatOf, HEAD_BYTES } from "../../../core/fileFormat.ts";
import { network } from "../../../core/network.ts";
import { formatCount } from "../../../core/units.ts";
import { isCheckpoint, isRunFile, newestCheckpoints } from "../../../runs/files/runFileName.ts";
import { type OwnDataSet, ownDataSetOf } from "../../../settings/ownData.ts";
import { DEFAULT_TAB } from "../../../store/page/viewState.ts";
import type { Runs } from "../../../store/runs/store.ts";
import type { PlaygroundActions } from "../../../store/store.ts";
import type { FoundFile } from "../../widgets/FileDoors.tsx";
import { modelDialog } from "../open/modelDialog.ts";

type Actions = Pick<PlaygroundActions, "bringFiles" | "refuseFiles" | "setView">;

/** The limit, because the page takes seconds to list more. */
const MAX_FILES = 400_000;
/** The number of files whose first bytes are read when the names do not identify the data set. */
const MOST_HEADS = 64;

/** Takes what was dropped, including whole folders: the files of a data set, or runs that the page exported. */
export async function takeEntries(
  entries: readonly (FileSystemEntry | File | null)[],
  wanted: OwnDataSet | undefined,
  actions: Actions,
  loadRuns: () => Promise<Pick<Runs, "actions">>,
): Promise<void> {
  try {
    const found: FoundFile[] = [];
    for (const entry of entries) {
      if (entry instanceof File) found.push({ path: entry.name, file: entry });
      else if (entry !== null) await collect(entry, found);
    }
    const forModel = () =>
      actions.setView({ tab: DEFAULT_TAB, askedDialog: "model", modelFiles: found });
    if (modelDialog.isOpen) {
      forModel();
      return;
    }
    const ofRuns = await filesOfRuns(found);
    if (ofRuns.length > 0) {
      actions.setView({ tab: "runs" });
      const runs = await loadRuns();
      await runs.actions.importFiles(ofRuns);
      return;
    }
    if (await areModel(found)) {
      forModel();
      return;
    }
    actions.setView({ tab: DEFAULT_TAB, openGroups: ["network", "training", "data"] });
    await give(found, wanted, actions);
  } catch (error) {
    const reason = messageOf(error);
    refuse("a folder or file cannot be read", "files that the browser may read", reason, actions);
  }
}

/**
 * Returns the files that hold runs: those that the page exported, of which the first says so at its start, or the newest
 * checkpoint of each folder that the terminal wrote, or of a zip of it.
 */
async function filesOfRuns(found: readonly FoundFile[]): Promise<readonly File[]> {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const newest = new Set(newestCheckpoints(found.map(({ path }) => path)));
  const checkpoints = found.filter(({ path }) => newest.has(path)).map(({ file }) => file);
  if (checkpoints[0] !== undefined && isCheckpoint(await headOf(checkpoints[0])))
    return checkpoints;
  if (others.length >= MOST_HEADS) return [];
  if (isRunFile(await headOf(first.file))) return found.map(({ file }) => file);
  return others.length === 0 && (await hasCheckpoints(first.file)) ? [first.file] : [];
}

/** Looks at the names in a zip. Another zip is for the data set, whose reader says what is wrong with it. */
async function hasCheckpoints(file: File): Promise<boolean> {
  if (FILE_FORMATS[fileFormatOf(await headOf(file))].use !== "zip") return false;
  const { namesCheckpoints } = await network.untilThere(
    "Dropped files",
    () => import("../../../runs/files/runFile.ts"),
  );
  return namesCheckpoints(file).catch(() => false);
}

/** Files of a model have names of their own, and a zip of one begins with such a file. */
async function areModel(found: readonly FoundFile[]): Promise<boolean> {
  if (found.length >= MOST_HEADS) return false;
  if (found.some(({ path }) => MODEL_NAME.test(path))) return true;
  if (found.some(({ path }) => /[.]json$/i.test(path)) && found.every(mayBeOfModel)) return true;
  const [first] = found;
  if (first === undefined) return false;
  const head = await headOf(first.file);
  if (fileFormatOf(head) !== "zip") return false;
  // The name of the first entry begins at byte 30; its length is in byte 26.
  return MODEL_NAME.test(new TextDecoder().decode(head.subarray(30, 30 + (head[26] ?? 0))));
}

const MODEL_NAME =
  /[.](keras|h5|hdf5|onnx|pb|tflite|pth?)$|(^|[/])(model|config|metadata)[.]json$|(^|[/])weights[.]bin$/i;

/** No data set is made of such files alone: descriptions, and shards of weights, which have no ending in some exports. */
function mayBeOfModel({ path }: FoundFile): boolean {
  return /[.](json|bin)$|(^|[/])[^/.]+$/i.test(path);
}

/** Returns the first bytes of a file; none when it cannot be read. */
async function headOf(file: File): Promise<Uint8Array> {
  const head = file.slice(0, HEAD_BYTES).arrayBuffer();
  return new Uint8Array(await head.catch(() => new ArrayBuffer()));
}

/** Takes what was chosen in a dialog for `kind`; the names may show that it is another kind. */
export async function takeList(
  found: readonly FoundFile[],
  kind: OwnDataSet,
  actions: Actions,
): Promise<void> {
  if (found.length > 0) await give(found, kind, actions);
}

async function give(
  found: readonly FoundFile[],
  wanted: OwnDataSet | undefined,
  actions: Actions,
): Promise<void> {
  if (found.length > MAX_FILES) {
    const most = `${formatCount(MAX_FILES)} or fewer`;
    refuse("these are too many files", most, formatCount(found.length), actions);
    return;
  }
  const paths = found.map(({ path }) => path);
  const kind =
    (await kindInZips(found, wanted)) ??
    ownDataSetOf(paths, wanted) ??
    (await kindByContents(found)) ??
    wanted;
  if (kind !== undefined) {
    actions.bringFiles(kind, found);
    return;
  }
  const names = found.slice(0, 4).map(({ path }) => path);
  refuse(
    "no data set is made of these files",
    "four .npy arrays, the four MNIST files, a table (.csv), or pictures in class folders or zips",
    `${names.join(", ") || "nothing"}${found.length > names.length ? ", ..." : ""}`,
    actions,
  );
}

/** Identifies the data set by the names in zips, when nothing else was given. */
async function kindInZips(
  found: readonly FoundFile[],
  wanted: OwnDataSet | undefined,
): Promise<OwnDataSet | undefined> {
  if (found.length > MOST_HEADS || !found.every(({ path }) => /[.]zip$/i.test(path)))
    return undefined;
  const { firstNamesInZip } = await network.untilThere(
    "Dropped files",
    () => import("../../../core/zipNames.ts"),
  );
  const names = await Promise.all(found.map(({ file }) => firstNamesInZip(file)));
  return ownDataSetOf(names.flat(), wanted);
}

/** Identifies the data set by the first bytes of the first files, when the names do not. */
async function kindByContents(found: readonly FoundFile[]): Promise<OwnDataSet | undefined> {
  const uses = await Promise.all(
    found
      .slice(0, MOST_HEADS)
      .map(async ({ file }) => FILE_FORMATS[fileFormatOf(await headOf(file))].use),
  );
  if (uses.includes("npy")) return "arrays";
  if (uses.includes("idx")) return "mnist";
  return uses.includes("picture") || uses.includes("zip") ? "images" : undefined;
}

function refuse(rule: string, expected: string, got: string, actions: Actions): void {
  const fault = {
    code: "file.invalid",
    where: "Dropped files",
    rule,
    expected,
    got,
    remedy: "Drop all files of one data set together.",
  } as const;
  actions.refuseFiles("images", serializeError(new PlaygroundError(fault)));
}

async function collect(entry: FileSystemEntry, found: FoundFile[]): Promise<void> {
  // Collecting one more than the limit is enough to detect that there are too many.
  if (found.length > MAX_FILES) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A reader returns about a hundred entries at a time, and none when it is done.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const inside of some) await collect(inside, found);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
