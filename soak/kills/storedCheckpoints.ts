/** Reads everything that a page has stored, checks it byte by byte, and compares what two finished runs have kept. */
import { createHash } from "node:crypto";
import type { Page } from "playwright";
import type { Checkpoint, LaneCheckpoint } from "../../src/checkpoint/checkpoint.ts";
import { newestCheckpoint } from "../../src/checkpoint/checkpointStore.ts";
import { sourceOf } from "../../src/checkpoint/memoryFolder.ts";
import { checkBody, checkHead } from "../../src/runs/checkRecord.ts";

/** Three that count, and the one that a kill interrupted or after which the oldest was not yet removed. */
const MOST_FILES = 4;
const COMPLETE = "XPcheckp";
const RECORDS = "xception-playground-runs";

/** The complete checkpoints of one run or race, the newest first. */
export type StoredRun = readonly Checkpoint[];

/**
 * @returns all runs whose checkpoints are stored
 * @throws Error when a complete file or a record cannot be read, or when there are more files than the bound
 */
export async function readStore(page: Page): Promise<readonly StoredRun[]> {
  await readRecords(page);
  const files = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const runs = await root.getDirectoryHandle("runs", { create: true });
    const found: { run: string; name: string; bytes: string }[] = [];
    for await (const run of runs.values()) {
      if (!(run instanceof FileSystemDirectoryHandle)) continue;
      for await (const [name, entry] of run.entries()) {
        if (!(entry instanceof FileSystemFileHandle)) continue;
        const file = await entry.getFile();
        const bytes = await new Promise<string>((resolve, reject) => {
          const reader = new FileReader();
          reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ""));
          reader.onerror = () => reject(reader.error);
          reader.readAsDataURL(file);
        });
        found.push({ run: run.name, name, bytes });
      }
    }
    return found;
  });
  const ids = new Set(files.map(({ run }) => run));
  return Promise.all([...ids].map((id) => checkedRun(files.filter(({ run }) => run === id))));
}

async function checkedRun(
  files: readonly { readonly name: string; readonly bytes: string }[],
): Promise<StoredRun> {
  if (files.length > MOST_FILES)
    throw new Error(`a run has left ${files.length} files: ${files.map(({ name }) => name)}`);
  const complete: Checkpoint[] = [];
  let numIncomplete = 0;
  for (const { name, bytes } of files.toSorted((a, b) => b.name.localeCompare(a.name))) {
    const file = Uint8Array.from(Buffer.from(bytes, "base64"));
    if (Buffer.from(file.subarray(0, COMPLETE.length)).toString() !== COMPLETE) {
      numIncomplete += 1;
      continue;
    }
    const { checkpoint, refused } = await newestCheckpoint({
      names: async () => [name],
      open: async () => sourceOf(file),
    });
    if (checkpoint === null) throw new Error(`${name} is damaged: ${refused[0]?.reason}`);
    complete.push(checkpoint);
  }
  if (numIncomplete > 1) throw new Error(`a run has left ${numIncomplete} incomplete files`);
  return complete;
}

/** @throws PlaygroundError when a record of a run cannot be read */
async function readRecords(page: Page): Promise<void> {
  const [heads = [], bodies = []] = await page.evaluate(async (name) => {
    const all = await indexedDB.databases();
    if (!all.some((one) => one.name === name)) return [];
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const names = ["heads", "bodies"];
    const stores = database.transaction(names);
    const contents = names.map(
      (store) =>
        new Promise<unknown[]>((resolve, reject) => {
          const reading = stores.objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error);
        }),
    );
    const read = await Promise.all(contents);
    database.close();
    return read;
  }, RECORDS);
  for (const head of heads) checkHead(head, "A stored run");
  for (const body of bodies) checkBody(body, "A stored run");
  if (heads.length !== bodies.length) throw new Error("a record has only one of its two parts");
}

/** Returns the checkpoint from which the page goes on; `null` when there is none. */
export function newestUnfinished(runs: readonly StoredRun[]): Checkpoint | null {
  const newest = runs.flatMap(([checkpoint]) => checkpoint ?? []);
  return newest.find(({ summary }) => !summary.isFinished) ?? null;
}

/** For each network that finished, by seed and name: a checksum of each part of what it kept. */
export type Outcome = ReadonlyMap<string, Readonly<Record<string, string>>>;

export function outcomeOf(runs: readonly StoredRun[]): Outcome {
  const finished = runs.flatMap(([one]) => (one?.summary.isFinished ? [one] : []));
  return new Map(
    finished.flatMap(({ summary, lanes }) =>
      summary.lanes.flatMap(({ name = "", settings: { seed } }, index) => {
        const lane = lanes[index];
        return lane === undefined ? [] : [[`seed ${seed} ${name}`.trim(), partsOf(lane)] as const];
      }),
    ),
  );
}

/** The times differ from run to run; everything else has to be the same. */
function partsOf({ best, history }: LaneCheckpoint): Readonly<Record<string, string>> {
  const validations: unknown[] = [];
  const test: unknown[] = [];
  for (const event of history.events) {
    if (event.type === "validation.completed")
      validations.push([event.step, event.loss, event.accuracy, event.confusion]);
    if (event.type === "test.completed")
      test.push([event.loss, event.accuracy, event.predicted, event.probabilities]);
  }
  if (best === null || test.length === 0) throw new Error("a finished run has kept too little");
  return {
    losses: checksumOf(history.points),
    validations: checksumOf(validations),
    "probabilities of the test": checksumOf(test),
    "best weights": checksumOf([best.step, ...best.weights]),
  };
}

function checksumOf(value: unknown): string {
  const hash = createHash("sha256");
  const add = (part: unknown): void => {
    if (ArrayBuffer.isView(part))
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    else if (Array.isArray(part)) for (const one of part) add(one);
    else hash.update(JSON.stringify(part));
  };
  add(value);
  return hash.digest("hex");
}

/** @throws Error that names the first part that differs */
export function requireSame(got: Outcome, expected: Outcome): void {
  const keys = [...expected.keys()].toSorted().join(", ");
  const gotKeys = [...got.keys()].toSorted().join(", ");
  if (gotKeys !== keys) throw new Error(`expected the networks ${keys} to finish, got ${gotKeys}`);
  for (const [key, parts] of expected)
    for (const [part, checksum] of Object.entries(parts))
      if (got.get(key)?.[part] !== checksum)
        throw new Error(`${key}: the ${part} differ from those of an undisturbed run`.trim());
}
