/** A file of the program itself, fetched once: scripts, styles and kernels. Refuses to wait, which `network.ts` does. */
import { PlaygroundError, reasonOf } from "./errors.ts";
import { type Attempt, isTemporaryStatus } from "./network.ts";
import { receive } from "./receive.ts";

/**
 * All of the file, so that whoever loads it next finds it in the browser's cache.
 * @throws PlaygroundError `program.unreachable`, which may pass; `program.outdated` where the server has no such file
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
    // Hosts of single-page apps answer with their page where a file is gone.
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

/** What may pass by itself. */
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

/** Without what tells one build from another: `ExportDialog.js`. */
export function fileName(url: string): string {
  return url.replace(/^.*[/]/, "").replace(/-[\w-]{8}(?=[.]\w+$)/, "");
}
