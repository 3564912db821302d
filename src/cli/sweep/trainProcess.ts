/** Trains one run of a sweep in a process of its own, which is the command `train --out FOLDER --json`. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { applies } from "../../settings/applies.ts";
import { formatSetting, SETTING_KEYS } from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { INTERRUPTED } from "../training/interruption.ts";
import type { TrainingResult } from "../training/trainInTerminal.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../main.ts", import.meta.url));
/** The exit code of a command that trained nothing. */
const REFUSED = 2;

export interface TrainOrder {
  readonly recipeId: string;
  readonly settings: Settings;
  readonly folder: string;
  /** Whether the folder holds checkpoints to go on from. When none of them can be used, it starts again. */
  readonly resumes: boolean;
}

export type TrainEnd =
  | { readonly kind: "finished"; readonly result: TrainingResult }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly reason: string };

/** @param stop ends the run after its step, with a checkpoint */
export async function trainInProcess(order: TrainOrder, stop: AbortSignal): Promise<TrainEnd> {
  const folder = resolve(order.folder);
  if (order.resumes) {
    const resumed = await runProgram(["--resume", folder], stop);
    if (resumed.code !== REFUSED) return endOf(resumed);
  }
  const set = assignmentsOf(order.recipeId, order.settings).flatMap((words) => ["--set", words]);
  return endOf(await runProgram([order.recipeId, "--out", folder, ...set], stop));
}

/** Returns the settings to type: those that differ from the recipe's and have an effect, because `train` refuses others. */
export function assignmentsOf(recipeId: string, settings: Settings): readonly string[] {
  const recipe = recipeById(recipeId).settings;
  return SETTING_KEYS.filter(
    (key) =>
      applies(key, settings) &&
      formatSetting(key, settings[key]) !== formatSetting(key, recipe[key]),
  ).map((key) => `${key}=${formatSetting(key, settings[key])}`);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** The last line of its messages. */
  readonly lastLine: string;
}

function runProgram(args: readonly string[], stop: AbortSignal): Promise<Ended> {
  return new Promise((done, reject) => {
    const command = ["--import", "tsx", PROGRAM, "train", "--json", ...args];
    // The channel tells the process when this one is gone, so that no run goes on unobserved.
    const child = spawn(process.execPath, command, {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-10_000);
    });
    const end = () => child.kill("SIGINT");
    if (stop.aborted) end();
    stop.addEventListener("abort", end, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      stop.removeEventListener("abort", end);
      done({ code, stdout, lastLine: stderr.trim().split("\n").at(-1) ?? "" });
    });
  });
}

function endOf({ code, stdout, lastLine }: Ended): TrainEnd {
  if (code === 0) return { kind: "finished", result: JSON.parse(stdout) };
  if (code === INTERRUPTED || code === null) return { kind: "stopped" };
  return { kind: "failed", reason: lastLine };
}
