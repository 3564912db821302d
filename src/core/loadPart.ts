/**
 * Loads the parts of the program that are no part of the first load: every `import()` of the built page and of its workers
 * goes through here (`scripts/loadParts.ts` sees to that). All files of a part are fetched before it is imported, since
 * Firefox and WebKit remember an import that failed and never load that module again, while a fetch can be repeated.
 *
 * A worker waits for the network as long as it takes. A page, where somebody looks on, says how often it is asked before
 * that person is told.
 */
import { reasonOf } from "./errors.ts";
import { type Attempt, network, type WaitOptions } from "./network.ts";
import { fetchProgramFile, fileName, programUnreachable } from "./programFile.ts";

export interface LoaderOptions extends WaitOptions {
  /** Of a page: brings in a style sheet. @throws PlaygroundError `program.unreachable` */
  readonly applyStyles?: (url: string) => Promise<void>;
}

/** Files that are here or on their way; one that did not come is asked for again. */
const files = new Map<string, Promise<void>>();
/** How often a part was not imported although its files were here. */
const failures = new Map<string, number>();

let options: LoaderOptions = {};

/** Called by the entry of a page or worker, before it imports anything: gives the built `import()`s their way here. */
export function installLoader(chosen: LoaderOptions): void {
  options = chosen;
  Object.assign(globalThis, { __loadPart: loadPart });
}

/**
 * @param needed addresses: of the part first, then of the scripts and styles it needs that are not loaded yet
 * @param load imports the part
 * @throws PlaygroundError `program.outdated` where the server has another version; `program.unreachable` where no more
 * attempts are allowed
 */
function loadPart<T>(needed: readonly string[], load: () => Promise<T>): Promise<T> {
  const [part = ""] = needed;
  const what = `a part of the program (${fileName(part)})`;
  return network.untilThere(what, (attempt) => loadOnce(needed, load, attempt), options);
}

async function loadOnce<T>(
  needed: readonly string[],
  load: () => Promise<T>,
  attempt: Attempt,
): Promise<T> {
  await Promise.all(needed.map((file) => bring(file, attempt)));
  // In their order, which decides between rules.
  for (const file of needed)
    if (file.endsWith(".css"))
      await once(`styles ${file}`, async () => options.applyStyles?.(file));
  const [part = ""] = needed;
  const failed = failures.get(part) ?? 0;
  try {
    // A part whose name is remembered as failed has another one.
    return await (failed < 2 ? load() : import(/* @vite-ignore */ `${part}?again=${failed}`));
  } catch (error) {
    if (!isImportFailure(error)) throw error;
    failures.set(part, failed + 1);
    for (const file of needed) files.delete(file);
    throw programUnreachable(part, reasonOf(error));
  }
}

function bring(file: string, attempt: Attempt): Promise<void> {
  return once(file, async () => {
    await fetchProgramFile(file, attempt);
  });
}

/** What has come need not come again; what has not is asked for by the next attempt. */
function once(key: string, start: () => Promise<void>): Promise<void> {
  const under = files.get(key) ?? start();
  files.set(key, under);
  under.catch(() => files.delete(key));
  return under;
}

/** Chromium, Firefox and WebKit, in this order; they have no other way to tell it from an error of the module itself. */
function isImportFailure(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|Importing a module script failed/i.test(error.message)
  );
}
