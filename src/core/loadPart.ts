/**
 * Loads the parts of the program that are no part of the first load: every `import()` of the built page and of its workers
 * goes through here (`scripts/loadParts.ts` sees to that). All files of a part are fetched before it is imported, since
 * Firefox and WebKit remember an import that failed and never load that module again, while a fetch can be repeated.
 *
 * Where an import fails all the same, `standIns.ts` has a way.
 *
 * A worker waits for the network as long as it takes. A page, where somebody looks on, says how often it is asked before
 * that person is told.
 */
import { reasonOf } from "./errors.ts";
import { type Attempt, network, type WaitOptions } from "./network.ts";
import { fetchProgramFile, fileName, programUnreachable } from "./programFile.ts";
import { hasStandIn, importable, isImportFailure } from "./standIns.ts";

export interface LoaderOptions extends WaitOptions {
  /** Of a page: brings in a style sheet. @throws PlaygroundError `program.unreachable` */
  readonly applyStyles?: (url: string) => Promise<void>;
}

/** Files that are here or on their way; one that did not come is asked for again. */
const files = new Map<string, Promise<void>>();

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
  try {
    if (needed.some(hasStandIn)) return await loadByStandIns(needed, attempt);
    return await load();
  } catch (error) {
    if (!isImportFailure(error)) throw error;
  }
  // The connection went between the fetch and the import.
  return loadByStandIns(needed, attempt);
}

async function loadByStandIns<T>(needed: readonly string[], attempt: Attempt): Promise<T> {
  const [part = ""] = needed;
  const read = async (script: string) =>
    new TextDecoder().decode(await fetchProgramFile(script, attempt));
  try {
    return await import(/* @vite-ignore */ await importable(part, new Set(needed), read));
  } catch (error) {
    if (!isImportFailure(error)) throw error;
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
