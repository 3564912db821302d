/** One `npm run train` that is killed again and again, and each time goes on with `--resume`. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "../../scripts/repository.ts";
import { newestCheckpoint } from "../../src/checkpoint/checkpointStore.ts";
import { checkpointFolder } from "../../src/cli/training/checkpointFolder.ts";
import type { Outcome } from "./killedRun.ts";

export interface TerminalKill {
  /** Waits from the start of the process, or from the first step. */
  readonly from: "start" | "step";
  readonly afterMs: number;
}

const SETTINGS = [
  "width=0.125",
  "batchSize=16",
  "holdOut=40",
  "dataSet=starter",
  "middleRepeats=0",
];
const INTERVAL_MS = 1000;
const KEEPS = ["--keep-every", "1", "--test-images", "20"];
const NEW = [
  ...["one-minute", "--steps", "800"],
  ...SETTINGS.flatMap((setting) => ["--set", setting]),
];
/** A machine that is busy with other things may take this much longer. The result holds the greatest loss. */
const LATE_MS = 15_000;

export async function trainCalmly(folder: string): Promise<Outcome> {
  await ended(train([...NEW, ...KEEPS, "--out", folder]));
  return outcomeOf(folder);
}

export interface KilledTraining {
  /** Resolves with false when the training has ended before. */
  kill(kill: TerminalKill): Promise<boolean>;
  finish(): Promise<Outcome>;
  /** The greatest loss so far as a share of the interval. */
  readonly greatestLoss: number;
}

export function startKilledTraining(folder: string): KilledTraining {
  let greatestLoss = 0;
  const kept = () => newestCheckpoint(checkpointFolder(join(folder, "checkpoints")));

  async function begin(): Promise<ChildProcess> {
    const { checkpoint } = await kept();
    const what = checkpoint === null ? [...NEW, "--out", folder] : ["--resume", folder];
    return train([...what, ...KEEPS]);
  }

  return {
    async kill({ from, afterMs }) {
      const child = await begin();
      const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      const trains = firstStepOf(child);
      if (from === "step") await Promise.race([trains, exit]);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, afterMs)), exit]);
      if (child.exitCode !== null) {
        if (child.exitCode !== 0) throw new Error(`the terminal ended with ${child.exitCode}`);
        return false;
      }
      const killedAt = Date.now();
      child.kill("SIGKILL");
      await exit;
      const { checkpoint, refused } = await kept();
      const [damaged] = refused;
      if (damaged !== undefined) throw new Error(`${damaged.name}: ${damaged.reason}`);
      const beganAt = await Promise.race([trains, Promise.resolve(killedAt)]);
      const lostMs = killedAt - Math.max(beganAt, checkpoint?.summary.savedAt ?? 0);
      greatestLoss = Math.max(greatestLoss, lostMs / INTERVAL_MS);
      if (lostMs > INTERVAL_MS + LATE_MS)
        throw new Error(`the terminal lost ${lostMs} ms of training`);
      return true;
    },
    async finish() {
      const { checkpoint } = await kept();
      if (checkpoint?.summary.isFinished !== true) await ended(await begin());
      return outcomeOf(folder);
    },
    get greatestLoss() {
      return greatestLoss;
    },
  };
}

function train(args: readonly string[]): ChildProcess {
  const program = ["--import", "tsx", "src/cli/main.ts", "train"];
  return spawn(process.execPath, [...program, ...args], {
    cwd: REPOSITORY,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Resolves with the time at which the engine was chosen, after which the steps begin. */
function firstStepOf({ stderr }: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let text = "";
    stderr?.on("data", (part) => {
      text += String(part);
      if (text.includes("CPU, compiled")) resolve(Date.now());
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  let text = "";
  child.stderr?.on("data", (part) => {
    text += String(part);
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`the terminal ended with ${code}: ${text}`);
}

async function outcomeOf(folder: string): Promise<Outcome> {
  const checksum = async (name: string) =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return { weights: await checksum("weights.bin"), curve: await checksum("history.csv") };
}
