/**
 * Files that were damaged at random, for each reader of files that people bring. Each file is read or refused with an error that
 * a person can act on, within two seconds and in little memory.
 */
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { startThread } from "../../src/cli/startThread.ts";
import type { NodeTrial, TrialFailure } from "../trial.ts";
import { type Change, changed, changes } from "./changes.ts";
import { READER_CASES, type ReaderCase } from "./readerCases.ts";
import type { ReaderOrder, ReaderReport } from "./readerThread.ts";

const MOST_MS = 2000;
/** The least memory of a reader beyond the size of its file. */
const MOST_BYTES = 256e6;
const LOOK_EVERY_MS = 20;
/** Garbage of the readers is collected before it hides what a single file takes. */
const THREAD_MEGABYTES = 160;
const FILES_PER_THREAD = 2500;

export const readers: NodeTrial = {
  isOfNode: true,
  about: "damaged files for every reader: read or refused within 2 s and 256 MB; so many for each",
  actions: 10_000,
  isTooLongForTests: true,
  async run({ seed, actions, log }) {
    const made: Record<string, number> = {};
    const measured: Record<string, number> = { largestBytes: 0 };
    let total = 0;
    for (const [reader, one] of Object.entries(READER_CASES)) {
      const count = (outcome: string) => {
        made[`${reader} ${outcome}`] = (made[`${reader} ${outcome}`] ?? 0) + 1;
        total += 1;
      };
      const room = await createRoom(reader, one);
      const property = fc.asyncProperty(fc.nat(), changes, async (which, list) => {
        const { outcome, bytes } = await room.read(which, list);
        measured.largestBytes = Math.max(measured.largestBytes ?? 0, bytes);
        count(outcome);
      });
      const details = await fc.check(property, { seed, numRuns: actions });
      await room.close();
      log(`${reader}: ${total} files in all`);
      if (!details.failed) continue;
      const failure = failureOf(reader, details, { seed, actions });
      return { actions: total, made, measured, failure };
    }
    return { actions: total, made, measured };
  },
};

/** A thread for one reader, which is replaced when a file has made it endless. */
async function createRoom(reader: string, one: ReaderCase) {
  const whole = await one.whole();
  let thread = await startReader();
  let numFiles = 0;
  for (const files of whole) {
    const { outcome, words } = await ask(thread, { reader, files }).answer;
    if (outcome !== "read") throw new Error(`${reader}: a whole file is not read: ${words}`);
  }
  let base = process.memoryUsage.rss();
  const replace = async () => {
    await thread.terminate();
    thread = await startReader();
    numFiles = 0;
    base = process.memoryUsage.rss();
  };
  return {
    /** @throws Error when a rule is broken */
    async read(which: number, list: readonly Change[]) {
      numFiles += 1;
      if (numFiles > FILES_PER_THREAD) await replace();
      const files = changed(whole[which % whole.length] ?? [], list);
      const { outcome, words, bytes } = await watched(thread, { reader, files }, base);
      if (outcome === "ended") {
        await replace();
        if (!one.isInThread) throw new Error(`no answer within ${MOST_MS} ms`);
      }
      if (outcome === "broken") throw new Error(words);
      const size = files.reduce((sum, file) => sum + file.bytes.length, 0);
      if (bytes > MOST_BYTES + size) {
        await replace();
        throw new Error(`it takes ${Math.round(bytes / 1e6)} MB`);
      }
      return { outcome, bytes };
    },
    close: () => thread.terminate(),
  };
}

async function startReader(): Promise<Worker> {
  const thread = startThread(new URL("readerThread.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES },
  });
  await new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  return thread;
}

function ask(thread: Worker, order: ReaderOrder) {
  let settle: (report: ReaderReport) => void = () => {};
  const onError = (error: Error) =>
    settle({ outcome: "broken", words: `a crash: ${error.message}` });
  const answer = new Promise<ReaderReport>((resolve) => {
    settle = resolve;
    thread.once("message", resolve);
    thread.once("error", onError);
    thread.postMessage(order);
  }).finally(() => {
    thread.off("message", settle);
    thread.off("error", onError);
  });
  return { answer };
}

interface Watched {
  readonly outcome: ReaderReport["outcome"] | "ended";
  readonly words: string;
  /** The most memory of the process above `base`. */
  readonly bytes: number;
}

/** Counts the work of the process and not the time, because other programs may keep the machine busy. */
async function watched(thread: Worker, order: ReaderOrder, base: number): Promise<Watched> {
  const before = workMs();
  let bytes = 0;
  let watch: NodeJS.Timeout | undefined;
  const ended = new Promise<Omit<Watched, "bytes">>((resolve) => {
    watch = setInterval(() => {
      bytes = Math.max(bytes, process.memoryUsage.rss() - base);
      if (workMs() - before > MOST_MS) resolve({ outcome: "ended", words: "" });
    }, LOOK_EVERY_MS);
  });
  const first = await Promise.race([ask(thread, order).answer, ended]);
  clearInterval(watch);
  return { ...first, bytes: Math.max(bytes, process.memoryUsage.rss() - base) };
}

function workMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function failureOf(
  reader: string,
  details: Pick<
    fc.RunDetails<[number, readonly Change[]]>,
    "errorInstance" | "numShrinks" | "counterexample"
  >,
  replay: TrialFailure["replay"],
): TrialFailure {
  const { errorInstance, numShrinks, counterexample } = details;
  const words = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const [which = 0, list = []] = counterexample ?? [];
  const sequence = [`file ${which}`, ...list.map((change) => JSON.stringify(change))];
  return { rule: `${reader}: ${words}`, sequence, shrunk: numShrinks, replay };
}
