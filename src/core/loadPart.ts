/**
 * Loads the parts of the program that are not in the first load. Every `import()` of the built page and of its workers goes
 * through here; `scripts/loadParts.ts` rewrites them. All files of a part are fetched before it is imported, because Firefox
 * and WebKit remember a failed import and never load that module again, while a fetch can be retried.
 *
 * When an import fails nevertheless, `standIns.ts` imports a copy.
 *
 * A worker waits for the network as long as it takes. A page limits the number of attempts, so that the person who is waiting
 * gets an error soon.
 */
import { reasonOf } from "./errors.ts";
import { type Attempt, network, type WaitOptions } from "./network.ts";
import { fetchProgramFile, fileName, programUnreachable } from "./programFile.ts";
import { hasStandIn, importable, isImportFailure } from "./standIns.ts";

export interface LoaderOptions extends WaitOptions {
  /**
   * Adds a style sheet; only in a page.
   * @throws PlaygroundError `program.unreachable`
   */
  readonly applyStyles?: (url: string) => Promise<void>;
}

/** Files that are loaded or loading. A file that failed to load is removed, so that it can be requested again. */
const files = new Map<string, Promise<void>>();

let options: LoaderOptions = {};

/** The entry of a page or worker calls this before it imports anything. It makes the built `import()`s use this loader. */
export function installLoader(chosen: LoaderOptions): void {
  options = chosen;
  Object.assign(globalThis, { __loadPart: loadPart });
}

/**
 * @param needed addresses: first of the part, then of the scripts and styles it needs that are not loaded yet
 * @param load imports the part
 * @throws PlaygroundError `program.outdated` when the server has another version; `program.unreachable` when no more attempts
 *   are allowed
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
  // Adds style sheets in their order, which determines precedence between rules.
  for (const file of needed)
    if (file.endsWith(".css"))
      await once(`styles ${file}`, async () => options.applyStyles?.(file));
  try {
    if (needed.some(hasStandIn)) return await loadByStandIns(needed, attempt);
    return await load();
  } catch (error) {
    if (!isImportFailure(error)) throw error;
  }
  // The connection was lost between the fetch and the import.
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

/** Never fetches a file again that has arrived. A file that failed is requested again by the next attempt. */
function once(key: string, start: () => Promise<void>): Promise<void> {
  const under = files.get(key) ?? start();
  files.set(key, under);
  under.catch(() => files.delete(key));
  return under;
}
