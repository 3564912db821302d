/** The page's data sets for the terminal: read from the folder that `npm run data` fills, as a server would send them. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DataTransport } from "../../data/transport.ts";
import { readBase } from "../../train/baseWeights.ts";
import type { RunEnvironment } from "../../train/prepareRun.ts";

/** Address of the folder above the data sets. */
export const DATA_URL = new URL("../../../public/data/", import.meta.url).href;

/** A file that is not there is status 404; any other failure rejects, as a dead network does. */
export const fetchFromDisk: DataTransport["fetch"] = async (url, { signal }) => {
  try {
    return new Response(await readFile(fileURLToPath(url), { signal: signal ?? undefined }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return new Response("", { status: 404 });
    throw error;
  }
};

export const readBaseFromDisk: RunEnvironment["readBase"] = (base) =>
  readBase(base, DATA_URL, { fetch: fetchFromDisk });
