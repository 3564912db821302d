/** Recognises files of runs by their first bytes, and names them. It reads no zip, so it loads no library. */
import type { RunHead } from "../runRecord.ts";
import { titleOf } from "../runRecord.ts";

/** The first entry of every file of runs. */
export const MANIFEST = "xception-runs.json";

/** Files that end so are checkpoints, of the page or of the terminal. */
export const CHECKPOINT_ENDING = ".checkpoint";
/** The first bytes of a checkpoint. */
const CHECKPOINT_START = "XPcheckp";

/** @param head the first bytes of a file, 8 or more */
export function isCheckpoint(head: Uint8Array): boolean {
  const start = head.subarray(0, CHECKPOINT_START.length);
  return new TextDecoder("latin1").decode(start) === CHECKPOINT_START;
}

/** Returns the path of the newest checkpoint in each folder. Their names begin with a number that counts them. */
export function newestCheckpoints(paths: readonly string[]): readonly string[] {
  const newest = new Map<string, string>();
  for (const path of paths.filter((one) => one.endsWith(CHECKPOINT_ENDING)).toSorted())
    newest.set(path.replace(/[^/]*$/, ""), path);
  return [...newest.values()];
}

/** A zip begins with the header of its first entry, which has the name at this place. */
const NAME_OFFSET = 30;

/** @param head the first bytes of a file, 100 or more */
export function isRunFile(head: Uint8Array): boolean {
  const name = head.subarray(NAME_OFFSET, NAME_OFFSET + MANIFEST.length);
  return (
    head[0] === 0x50 && head[1] === 0x4b && new TextDecoder("latin1").decode(name) === MANIFEST
  );
}

/** Returns a name such as `one-minute-on-any-computer-width-multiplier-0.5.runs.zip`, or one with the number of runs. */
export function runFileName(heads: readonly RunHead[]): string {
  const [only] = heads;
  const name = heads.length === 1 && only !== undefined ? slugOf(only) : `${heads.length}-runs`;
  return `${name}.runs.zip`;
}

const MOST_LETTERS = 60;

/** Returns the run's name for a file: lower case, with hyphens. */
export function slugOf(head: RunHead): string {
  const slug = titleOf(head)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .slice(0, MOST_LETTERS)
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return slug === "" ? "run" : slug;
}
