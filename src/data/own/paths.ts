/** Paths as people's programs write them, brought to one form: folders and a name, joined by single slashes. Pure. */

/**
 * `C:\Pictures\.\cat\1.PNG` -> `Pictures/cat/1.PNG`: without drives, leading slashes, `.` and `..`, in Unicode's composed form,
 * in which the same name written by two systems is the same.
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

/** What systems leave in folders and archives; not worth a word. */
const HIDDEN = /(^|\/)([.]|__MACOSX(\/|$)|@eaDir(\/|$)|(Thumbs[.]db|desktop[.]ini|Icon\r)$)/i;

/** @param path tidy */
export function isHidden(path: string): boolean {
  return HIDDEN.test(path);
}

/** @param path tidy */
export function foldersOf(path: string): readonly string[] {
  return path.split("/").slice(0, -1);
}
