/** One `npm run train` that is killed again and again, and goes on with `--resume` each time. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "../../scripts/repository.ts";
import type { Checkpoint } from "../../src/checkpoint/checkpoint.ts";
import { newestCheckpoint } from "../../src/checkpoint/checkpointStore.ts";
import { sourceOf } from "../../src/checkpoint/memoryFolder.ts";
import type { KillMoment, KillReport } from "./moments.ts";
import { momentWords, untilMoment } from "./moments.ts";
import { lossOf, type Report, sessionsOf } from "./reports.ts";
import type { Outcome } from "./storedCheckpoints.ts";

const SETTINGS = [
  "width=0.125",
  "batchSize=16",
  "holdOut=40",
  "dataSet=starter",
  "middleRepeats=0",
];
const INTERVAL_MS = 1000;
const KEEPS = ["--keep-every", String(INTERVAL_MS / 1000), "--test-images", "20"];
const NEW = [
  ...["one-minute", "--steps", "600"],
  ...SETTINGS.flatMap((setting) => ["--set", setting]),
];
/** What the training leaves in its folder. The other files hold the same weights. */
const LEFT = ["weights.bin", "history.csv"];
const BOUNDARY_BYTES = 4096;
/** Three that count, and the one after which the oldest was not yet removed. */
const MOST_FILES = 4;

export async function trainUndisturbed(folder: string): Promise<Outcome> {
  const { ended } = train([...NEW, ...KEEPS, "--out", folder]);
  await ended();
  return outcomeOf(folder);
}

export interface KilledTraining {
  /** Resolves with `null` when the training has ended before. */
  kill(moment: KillMoment): Promise<KillReport | null>;
  finish(): Promise<Outcome>;
  /**
   * Cuts the newest checkpoint at every boundary of 4 kB, as a loss of power does.
   * @returns the number of cuts
   * @throws Error when one of them is not refused, or the checkpoint before is not taken
   */
  cutNewest(): Promise<number>;
}

export function startKilledTraining(folder: string): KilledTraining {
  const path = join(folder, "checkpoints");
  let found: Checkpoint | null = null;

  const begin = () =>
    train([...(found === null ? [...NEW, "--out", folder] : ["--resume", folder]), ...KEEPS]);

  return {
    async kill(moment) {
      const before = found?.summary.step ?? null;
      const { child, reports, said, ended } = begin();
      const isThere = await untilMoment(moment, reports, () => child.exitCode !== null);
      if (!isThere) {
        await ended();
        return null;
      }
      child.kill("SIGKILL");
      await ended().catch(() => {});
      const resumedAt = /after step ([\d,]+) of/.exec(said())?.[1]?.replaceAll(",", "");
      const sessions = sessionsOf(reports(), INTERVAL_MS);
      const session = sessions.at(-1);
      if (before !== null && session !== undefined && Number(resumedAt) !== before)
        throw new Error(`step ${before} was stored, and the terminal says "${said()}"`);
      found = await newestOfAll(path);
      const step = found?.summary.step ?? null;
      if (before !== null && (step === null || step < before))
        throw new Error(`step ${before} was stored, and ${step} is found after a kill`);
      const reached = session?.steps.at(-1)?.step ?? before ?? 0;
      const loss = session === undefined ? null : lossOf(session, step);
      return {
        ...(loss ?? { lostMs: 0, intervalMs: INTERVAL_MS, interruptedMs: 0 }),
        writingMs: session?.writingMs ?? [],
        words: `${momentWords(moment)}: step ${reached} reached, step ${step ?? 0} found`,
      };
    },
    async finish() {
      const left = await namesIn(folder);
      if (!LEFT.every((name) => left.includes(name))) await begin().ended();
      return outcomeOf(folder);
    },
    async cutNewest() {
      const files = await readAll(path);
      const [newest, older] = files;
      if (newest === undefined || older === undefined) return 0;
      const before = await opened([older]);
      let numCuts = 0;
      for (let at = 0; at < newest.bytes.length; at += BOUNDARY_BYTES) {
        const cut = { name: newest.name, bytes: newest.bytes.slice(0, at) };
        const { checkpoint, refused } = await opened([cut, older]);
        if (
          refused[0]?.name !== cut.name ||
          checkpoint?.summary.step !== before.checkpoint?.summary.step
        )
          throw new Error(`${cut.name}, cut after ${at} bytes, is not refused`);
        numCuts += 1;
      }
      return numCuts;
    },
  };
}

interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Returns the checkpoints that are complete, the newest first. @throws Error when there are more files than the bound */
async function readAll(path: string): Promise<readonly StoredFile[]> {
  const names = await namesIn(path);
  const complete = names
    .filter((name) => name.endsWith(".checkpoint"))
    .toSorted()
    .reverse();
  if (complete.length > MOST_FILES || names.length > complete.length + 1)
    throw new Error(`too many files are left: ${names.join(", ")}`);
  return Promise.all(
    complete.map(async (name) => ({
      name,
      bytes: Uint8Array.from(await readFile(join(path, name))),
    })),
  );
}

/** A folder that is missing has no files. */
async function namesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}

function opened(files: readonly StoredFile[]) {
  return newestCheckpoint({
    names: async () => files.map(({ name }) => name),
    open: async (name) =>
      sourceOf(files.find((file) => file.name === name)?.bytes ?? new Uint8Array()),
  });
}

/** Opens every checkpoint, and returns the newest. @throws Error when one of them is damaged */
async function newestOfAll(path: string): Promise<Checkpoint | null> {
  let newest: Checkpoint | null = null;
  for (const file of await readAll(path)) {
    const { checkpoint, refused } = await opened([file]);
    if (checkpoint === null) throw new Error(`${file.name} is damaged: ${refused[0]?.reason}`);
    newest ??= checkpoint;
  }
  return newest;
}

interface Training {
  readonly child: ChildProcess;
  readonly reports: () => readonly Report[];
  /** What it printed. */
  readonly said: () => string;
  /** Resolves at its end. @throws Error when the process was killed or failed */
  ended(): Promise<void>;
}

function train(args: readonly string[]): Training {
  const reporting = join(import.meta.dirname, "reportingTerminal.mjs");
  const program = ["--import", reporting, "--import", "tsx", "src/cli/main.ts", "train"];
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: REPOSITORY,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const textOf = (stream: number) => {
    let text = "";
    child.stdio[stream]?.on("data", (part) => {
      text += String(part);
    });
    return () => text;
  };
  const said = textOf(2);
  const reported = textOf(3);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    said,
    reports: () => reportsIn(reported()),
    async ended() {
      const code = await closed;
      if (code !== 0) throw new Error(`the terminal ended with ${code}: ${said()}`);
    },
  };
}

/** The interval of a checkpoint is the larger of the least and fifty times its cost, which is at most the time of writing. */
function reportsIn(text: string): readonly Report[] {
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  let begunAt: number | null = null;
  return lines.map((line) => {
    const report: Report = JSON.parse(line);
    if (report.type === "checkpoint.begun") begunAt ??= report.at;
    if (report.type !== "checkpoint.renamed") return report;
    const writingMs = report.at - (begunAt ?? report.at);
    begunAt = null;
    const intervalMs = Math.max(INTERVAL_MS, 51 * writingMs);
    return { ...report, type: "checkpoint.kept", intervalMs };
  });
}

async function outcomeOf(folder: string): Promise<Outcome> {
  const parts: Record<string, string> = {};
  for (const name of LEFT)
    parts[name] = createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return new Map([["terminal", parts]]);
}
