/** Fetches a file of the program itself once: scripts, styles and kernels. `network.ts` does the retries. */
import { PlaygroundError, reasonOf } from "./errors.ts";
import { type Attempt, isTemporaryStatus } from "./network.ts";
import { receive } from "./receive.ts";

/**
 * Reads the whole file, so that the next load finds it in the browser's cache.
 * @throws PlaygroundError `program.unreachable`, which may be temporary; `program.outdated` when the server has no such file
 */
export async function fetchProgramFile(
  url: string,
  { signal, heard }: Pick<Attempt, "signal" | "heard">,
): Promise<ArrayBuffer> {
  let status: number;
  let isPage: boolean;
  try {
    const response = await fetch(url, { signal });
    heard();
    status = response.status;
    // Hosts of single-page apps answer a missing file with their page.
    isPage = response.headers.get("Content-Type")?.startsWith("text/html") ?? false;
    if (response.ok && !isPage) return await receive(response, heard);
  } catch (error) {
    signal.throwIfAborted();
    throw programUnreachable(url, `the server does not answer: ${reasonOf(error)}`);
  }
  if (isTemporaryStatus(status)) throw programUnreachable(url, `the server answers HTTP ${status}`);
  throw new PlaygroundError({
    code: "program.outdated",
    where: fileName(url),
    rule: "this part of the program is not on the server, which may have a newer version by now",
    got: isPage ? "a page in its place" : `HTTP ${status}`,
    remedy: "Reload the page when you have saved what you need of it.",
    context: { url },
  });
}

/** Creates the error for a failure that may be temporary. */
export function programUnreachable(url: string, reason: string): PlaygroundError {
  return new PlaygroundError({
    code: "program.unreachable",
    where: fileName(url),
    rule: "this part of the program could not be loaded",
    got: reason,
    remedy: "Check the connection, then try again.",
    context: { url, reason, isTemporary: true },
  });
}

/** Returns the name without the build's hash: `ExportDialog.js`. */
export function fileName(url: string): string {
  return url.replace(/^.*[/]/, "").replace(/-[\w-]{8}(?=[.]\w+$)/, "");
}
