/** The command line and the file of `sweep`, checked as a whole before anything is trained. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import { networkCosts } from "../../network/networkCosts.ts";
import { planSweep, type SweepPlan } from "../../settings/sweeps/planSweep.ts";
import { readSweep } from "../../settings/sweeps/readSweep.ts";
import type { Sweep } from "../../settings/sweeps/sweep.ts";
import { createCommand } from "../commandLine.ts";
import { wholeNumberOf } from "../words.ts";

const MOST_PROCESSES = 64;

export interface SweepRequest {
  readonly sweep: Sweep;
  readonly plan: SweepPlan;
  readonly numProcesses: number;
  readonly outFolder: string;
  /** Whether it only says what the sweep has and costs. */
  readonly isOnlyPlanned: boolean;
}

export function sweepWords() {
  return createCommand({
    name: "sweep",
    description:
      "Trains every combination of settings that a file lists, or a random sample of them, one run after another or several at once. What is finished is not repeated.",
    examples: [
      ["npm run sweep -- FILE --plan", "the runs and what they cost, without training"],
      ["npm run sweep -- FILE --processes 4", "four runs at once"],
      ["npm run sweep -- FILE --out trained/mine", "goes on where an earlier one ended"],
    ],
    notes: [
      "docs/sweeps.md describes the file. Each run is one of `train --out FOLDER/runs/NAME`; FOLDER/results.csv lists them.",
      "Ctrl-C keeps a checkpoint of the runs under way; the same command goes on from them.\nExit codes: 0 every run has a result, 1 one has none, 2 nothing was trained, 130 ended by Ctrl-C.",
    ],
  })
    .argument("<file>", "the sweep, as JSON")
    .option("--processes <n>", "runs at once, each in a process of its own (default: 1)")
    .option("--out <folder>", "where the files go (default: trained/NAME OF THE FILE)")
    .option("--plan", "says what the sweep has and costs, and trains nothing");
}

type Options = ReturnType<ReturnType<typeof sweepWords>["opts"]>;

/** @throws PlaygroundError `command.invalid`, `setting.invalid`; an AggregateError when several fields are wrong */
export async function sweepRequest(
  file: string,
  { processes, out, plan: onlyPlan }: Options,
): Promise<SweepRequest> {
  const numProcesses = wholeNumberOf("--processes", processes, 1, MOST_PROCESSES) ?? 1;
  const { sweep, problems } = readSweep(await jsonIn(file));
  if (sweep === null) throw new AggregateError(problems);
  const plan = planSweep(sweep, networkCosts);
  return {
    sweep,
    plan,
    numProcesses,
    outFolder: out ?? `trained/${basename(file).replace(/[.]json$/i, "")}`,
    isOnlyPlanned: onlyPlan === true,
  };
}

async function jsonIn(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw fileFault(file, "the file cannot be read", messageOf(error));
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileFault(file, "the file is no JSON", messageOf(error));
  }
}

function fileFault(where: string, rule: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where,
    rule,
    expected: "a sweep as docs/sweeps.md describes it",
    got,
    remedy: "Name another file, or correct it.",
  });
}
