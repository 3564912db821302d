/** Normalises paths from different systems: folders and a name, joined by single slashes. Pure functions. */

/**
 * `C:\Pictures\.\cat\1.PNG` becomes `Pictures/cat/1.PNG`: without drives, leading slashes, `.` and `..`. Unicode is composed
 * (NFC), because systems encode the same name differently.
 */
export function tidyPath(path: string): string {
  const names: string[] = [];
  for (const name of path
    .normalize("NFC")
    .replace(/^[a-z]:(?=[\\/])/i, "")
    .split(/[\\/]+/)) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}

/** Files that operating systems leave in folders and archives. They are skipped, and counted. */
const HIDDEN = /(^|\/)([.]|__MACOSX(\/|$)|@eaDir(\/|$)|(Thumbs[.]db|desktop[.]ini|Icon\r)$)/i;

/** @param path a normalised path */
export function isHidden(path: string): boolean {
  return HIDDEN.test(path);
}

/** @param path a normalised path */
export function foldersOf(path: string): readonly string[] {
  return path.split("/").slice(0, -1);
}
