/**
 * Opens a data set on a server: finds its manifest, and uses the starter set instead of a full set that has not been built.
 * Loads no images.
 */
import type { DataSetDescription } from "../core/dataSet.ts";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import type { Attempt } from "../core/network.ts";
import { formatCount } from "../core/units.ts";
import {
  type DataSetId,
  invalidManifest,
  type Manifest,
  parseManifest,
  totalSizeBytes,
} from "./manifest.ts";
import { type DataTransport, DEFAULT_TRANSPORT, request, whole } from "./transport.ts";

/** An opened set. It holds no images; every reader in `data/` takes one. */
export interface DataSet {
  readonly manifest: Manifest;
  /** Address of the set's folder, ending in `/`. */
  readonly url: string;
  /** Why this set replaces the one asked for, as a sentence; empty when it is the one asked for. */
  readonly fallbackReason: string;
  readonly transport: DataTransport;
}

export interface OpenDataSetOptions {
  /** Address of the folder that holds the sets' folders, with or without the last `/`: `https://host/data/`. */
  readonly baseUrl: string;
  readonly choice: DataSetId;
  /** Parts of the transport to replace. */
  readonly transport?: Partial<DataTransport>;
  readonly signal?: AbortSignal;
}

/**
 * @throws PlaygroundError `data.unreachable` (the server refuses the file), `data.manifest-missing` (neither set is there),
 *   `data.manifest-invalid` (there, but damaged or of another version)
 */
export async function openDataSet(options: OpenDataSetOptions): Promise<DataSet> {
  const transport = { ...DEFAULT_TRANSPORT, ...options.transport };
  const base = options.baseUrl.endsWith("/") ? options.baseUrl : `${options.baseUrl}/`;
  const open = async (id: DataSetId): Promise<Omit<DataSet, "fallbackReason"> | undefined> => {
    const url = `${base}${id}/`;
    const manifest = await fetchManifest(`${url}manifest.json`, id, transport, options.signal);
    if (manifest === undefined) return undefined;
    return { manifest, url, transport };
  };

  const chosen = await open(options.choice);
  if (chosen !== undefined) return { ...chosen, fallbackReason: "" };
  const starter = options.choice === "starter" ? undefined : await open("starter");
  if (starter !== undefined) {
    return { ...starter, fallbackReason: fallbackSentence(starter.manifest) };
  }
  throw new PlaygroundError({
    code: "data.manifest-missing",
    where: "Data set",
    rule: "the server has no data set",
    expected: `manifest.json in ${base}${options.choice}/`,
    got: "no such file",
    remedy: "Run `npm run data` where the page is served from, then reload it.",
    context: { url: base },
  });
}

export function summarizeDataSet({ manifest, fallbackReason }: DataSet): DataSetDescription {
  const { train, test } = manifest.splits;
  const shards = [...train.shards, ...test.shards];
  return {
    id: manifest.id,
    title: manifest.title,
    classes: manifest.classes,
    numTrain: train.numImages,
    numTest: test.numImages,
    height: manifest.height,
    width: manifest.width,
    channels: 1,
    sizeBytes: totalSizeBytes(shards),
    numShards: shards.length,
    fallbackReason,
  };
}

function fallbackSentence(starter: Manifest): string {
  const { train, test } = starter.splits;
  const counts = `${formatCount(train.numImages)} + ${formatCount(test.numImages)}`;
  return `The full set has not been built on this server (npm run data builds it): this is the starter set of ${counts} images.`;
}

/** Returns the manifest at `url`; undefined when the server has none. */
function fetchManifest(
  url: string,
  id: DataSetId,
  transport: DataTransport,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const attemptOnce = async (attempt: Attempt) => {
    // "no-cache" makes the browser revalidate its copy with the server, because a set may have been rebuilt.
    const response = await request(url, transport, attempt, "no-cache", [404]);
    if (response.status === 404) return undefined;
    const text = new TextDecoder().decode(await whole(url, response, attempt));
    // Servers of single-page apps answer every unknown address with their index.html.
    if (text.trimStart().startsWith("<")) return undefined;
    return checkManifest(text, url, id);
  };
  return transport.network.untilThere(`${id}/manifest.json`, attemptOnce, {
    ...(signal && { signal }),
  });
}

function checkManifest(text: string, url: string, id: DataSetId): Manifest {
  const manifest = parseManifest(parseJson(text, url), url);
  if (manifest.id === id) return manifest;
  throw invalidManifest(url, {
    rule: "the manifest describes another data set",
    expected: id,
    got: manifest.id,
  });
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const got = `${formatCount(text.length)} characters (${reasonOf(error)})`;
    const rule = "the manifest is not JSON";
    throw invalidManifest(url, { rule, expected: "a JSON object", got }, true);
  }
}
