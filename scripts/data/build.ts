/**
 * `npm run data`: builds the shards that the page reads, in `public/data/fashion-mnist/`, from the official files. It does
 * nothing when they exist.
 *
 * - `npm run data`: the full set of 60,000 + 10,000 images
 * - `npm run data -- --starter`: the committed starter set, from the same files
 * - `npm run data -- --force`: builds even when it is up to date
 *
 * The exit code is 0 even when no source can be reached. The page then uses the starter set, and says so.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCommand, runCommandLine } from "../../src/cli/commandLine.ts";
import { formatBytes, formatCount, formatDuration } from "../../src/core/units.ts";
import { type DataSetId, type Manifest, totalSizeBytes } from "../../src/data/manifest.ts";
import type { OfficialSet } from "./officialFiles.ts";
import { startProgress } from "./progress.ts";
import { allSources, findOfficialSet } from "./sources.ts";
import { chooseStarterSet } from "./starterSet.ts";
import { numShards, readCompleteSet, writeDataSet } from "./writeDataSet.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE_FOLDER = join(ROOT, ".cache", "fashion-mnist");
const WORK_PREFIX = "building-";

const TITLES: Readonly<Record<DataSetId, string>> = {
  "fashion-mnist": "Fashion-MNIST",
  starter: "Fashion-MNIST starter set",
};

/** In the order of the official labels 0 to 9. */
const CLASSES = [
  "T-shirt",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Boot",
];

await runCommandLine(
  createCommand({
    name: "data",
    description: "Builds the shards that the page reads, where they are not up to date.",
    examples: [
      ["npm run data", "the full set: 60,000 + 10,000 images"],
      ["npm run data -- --starter", "the committed starter set, from the same files"],
    ],
  })
    .option("--starter", "the starter set in place of the full one")
    .option("--force", "builds it even where it is up to date")
    .action(async ({ starter = false, force = false }) => {
      process.exitCode = await main(starter ? "starter" : "fashion-mnist", force);
    }),
);

/** @returns the exit code */
async function main(id: DataSetId, force: boolean): Promise<number> {
  const folder = join(ROOT, "public", "data", id);
  const complete = force ? undefined : await readCompleteSet(folder);
  if (complete !== undefined) {
    console.log(`${describe(complete)}: up to date.`);
    return 0;
  }

  const startedMs = performance.now();
  const workFolder = await openWorkFolder();
  try {
    const { found, failures } = await findOfficialSet({
      sources: allSources(CACHE_FOLDER, process.env),
      cacheFolder: CACHE_FOLDER,
      workFolder: join(workFolder, "download"),
      onWarning: (text) => console.error(`${text}. Trying the next source.`),
    });
    if (found === undefined) return reportNothingFound(id, folder, failures);
    const manifest = await build(id, found.set, folder, workFolder);
    const elapsed = formatDuration(performance.now() - startedMs);
    console.log(`${describe(manifest)}: built in ${elapsed} from ${found.source}.`);
    return 0;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function build(
  id: DataSetId,
  official: OfficialSet,
  folder: string,
  workFolder: string,
): Promise<Manifest> {
  const set = id === "starter" ? chooseStarterSet(official, CLASSES.length) : official;
  const total = numShards(set.train) + numShards(set.test);
  const progress = startProgress("Building shards", total, "shards");
  try {
    const content = { id, title: TITLES[id], classes: CLASSES, ...set };
    return await writeDataSet(content, folder, workFolder, progress.update);
  } finally {
    progress.stop();
  }
}

async function reportNothingFound(
  id: DataSetId,
  folder: string,
  failures: readonly string[],
): Promise<number> {
  console.error("No source of Fashion-MNIST has the official files:");
  for (const failure of failures) console.error(`  - ${failure}`);
  if (id === "starter") {
    console.error("The starter set was not built.");
    return 1;
  }
  if ((await readCompleteSet(folder)) !== undefined) {
    console.error("The set that was built before stays in use.");
    return 0;
  }
  // Removes a damaged or outdated set, because the page uses the starter set when there is none.
  await rm(folder, { recursive: true, force: true });
  console.error(
    "The page runs on the starter set of 5,000 + 1,000 images instead. For all 70,000, connect to the " +
      "internet or point FASHION_MNIST_DIR to a folder with the four official .gz files, then run `npm run data`.",
  );
  return 0;
}

function describe(manifest: Manifest): string {
  const { train, test } = manifest.splits;
  const shards = [...train.shards, ...test.shards];
  return `${manifest.title}, ${formatCount(train.numImages)} + ${formatCount(test.numImages)} images in ${shards.length} shards, ${formatBytes(totalSizeBytes(shards))}`;
}

/** Creates a folder for this process in the cache's folder, and removes those of processes that were killed. */
async function openWorkFolder(): Promise<string> {
  const parent = join(ROOT, ".cache");
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (!name.startsWith(WORK_PREFIX) || isRunning(Number(name.slice(WORK_PREFIX.length))))
      continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
  return join(parent, `${WORK_PREFIX}${process.pid}`);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
