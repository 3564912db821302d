/** Downloads from the data set's official address. It is plain http, as its authors publish it; checksums make it safe. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { NotThereError, OFFICIAL_FILES } from "./officialFiles.ts";
import { type Progress, startProgress } from "./progress.ts";

const OFFICIAL_ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
/** The timeout for a server that sends nothing. */
const SILENCE_MS = 20_000;

/**
 * Downloads the four files into `folder`.
 * @throws NotThereError when the address does not answer
 */
export async function downloadOfficialFiles(
  folder: string,
  address = OFFICIAL_ADDRESS,
): Promise<string> {
  const totalBytes = OFFICIAL_FILES.reduce((sum, file) => sum + file.packedBytes, 0);
  // Started by the first bytes, so that an unreachable address shows no bar.
  let progress: Progress | undefined;
  try {
    let done = 0;
    for (const file of OFFICIAL_FILES) {
      await download(`${address}${file.name}.gz`, join(folder, `${file.name}.gz`), (received) => {
        progress ??= startProgress("Official address", totalBytes, "bytes");
        progress.update(done + received);
      });
      done += file.packedBytes;
    }
  } catch (error) {
    throw new NotThereError(`${address} does not answer (${reasonOf(error)})`);
  } finally {
    progress?.stop();
  }
  return folder;
}

async function download(
  url: string,
  path: string,
  onBytes: (received: number) => void,
): Promise<void> {
  const silence = new AbortController();
  const giveUp = (): void => silence.abort(new Error(`silent for ${SILENCE_MS / 1000} s`));
  let timer = setTimeout(giveUp, SILENCE_MS);
  const file = await open(path, "w");
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE_MS);
      await file.write(chunk);
      received += chunk.length;
      onBytes(received);
    }
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

/** Node's fetch hides the reason of a failure in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
