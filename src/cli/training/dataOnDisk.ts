/** The page's data sets for the terminal, read from the folder that `npm run data` fills, as a server would send them. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import type { DataTransport } from "../../data/transport.ts";
import { readBase } from "../../train/data/baseWeights.ts";
import type { RunEnvironment } from "../../train/loop/prepareRun.ts";

/** Address of the folder above the data sets. */
export const DATA_URL = new URL("../../../public/data/", import.meta.url).href;

/** A missing file is status 404. Disk errors are not temporary, so there are no retries. */
export const fetchFromDisk: DataTransport["fetch"] = async (url, { signal }) => {
  try {
    return new Response(await readFile(fileURLToPath(url), { signal: signal ?? undefined }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return new Response("", { status: 404 });
    throw new PlaygroundError({
      code: "data.unreachable",
      where: fileURLToPath(url),
      rule: "the file cannot be read",
      got: messageOf(error),
      remedy: "Let this program read it, or build it again with `npm run data`.",
      context: { url },
    });
  }
};

export const readBaseFromDisk: RunEnvironment["readBase"] = (base) =>
  readBase(base, DATA_URL, { fetch: fetchFromDisk });
