/**
 * The folder of a sweep: `sweep.json`, `results.csv`, and for each run `runs/ID/` with what `train --out` writes there and two
 * more files. `run.json` holds the run's settings, and `result.json` exists only when the run is finished.
 */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CsvCell, csvText } from "../../core/csv.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { formatSetting } from "../../settings/fields.ts";
import type { PlannedRun } from "../../settings/sweeps/planSweep.ts";
import { sweepFile } from "../../settings/sweeps/readSweep.ts";
import type { Sweep } from "../../settings/sweeps/sweep.ts";
import { requireWritableFolder } from "../training/modelFolder.ts";
import type { TrainingResult } from "../training/trainInTerminal.ts";

/** The part of `train --json` that a sweep keeps of a run. */
export type RunResult = Pick<
  TrainingResult,
  "engine" | "steps" | "trainSeconds" | "testAccuracy" | "validationAccuracy"
>;

export type RunOutcome =
  | { readonly kind: "finished"; readonly result: RunResult }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "waiting" };

export interface SweepFolder {
  runFolder(run: PlannedRun): string;
  /** Returns the results that are there. @throws PlaygroundError `file.unwritable` when a run has other settings there */
  finished(runs: readonly PlannedRun[]): Promise<ReadonlyMap<PlannedRun, RunResult>>;
  /** Creates the run's folder. Returns whether it holds checkpoints to go on from. */
  begin(run: PlannedRun): Promise<boolean>;
  /** Keeps the result, which marks the run as finished. */
  finish(run: PlannedRun, result: RunResult): Promise<void>;
  /** Writes the sweep and its table of results. */
  writeTable(rows: readonly (readonly [PlannedRun, RunOutcome])[]): Promise<void>;
}

export async function openSweepFolder(path: string, sweep: Sweep): Promise<SweepFolder> {
  await requireWritableFolder(path);
  const runFolder = ({ id }: PlannedRun) => join(path, "runs", id);
  const settingsText = ({ settings }: PlannedRun) =>
    `${JSON.stringify({ recipe: sweep.recipeId, settings }, null, 1)}\n`;

  async function requireSameSettings(run: PlannedRun): Promise<void> {
    const file = join(runFolder(run), "run.json");
    const before = await textIn(file);
    if (before === undefined || before === settingsText(run)) return;
    throw new PlaygroundError({
      code: "file.unwritable",
      where: "--out",
      rule: "the folder holds this run with other settings",
      expected: `those of the sweep's file in ${file}`,
      got: "others",
      remedy: "Choose another folder, or remove the run there.",
      context: { path: file },
    });
  }

  return {
    runFolder,
    async finished(runs) {
      const results = new Map<PlannedRun, RunResult>();
      for (const run of runs) {
        await requireSameSettings(run);
        const text = await textIn(join(runFolder(run), "result.json"));
        if (text !== undefined) results.set(run, JSON.parse(text));
      }
      return results;
    },
    async begin(run) {
      await mkdir(runFolder(run), { recursive: true });
      await writeWhole(join(runFolder(run), "run.json"), settingsText(run));
      const names = await readdir(join(runFolder(run), "checkpoints")).catch(() => []);
      return names.length > 0;
    },
    finish: (run, result) =>
      writeWhole(join(runFolder(run), "result.json"), `${JSON.stringify(result)}\n`),
    async writeTable(rows) {
      await writeWhole(join(path, "sweep.json"), `${JSON.stringify(sweepFile(sweep), null, 1)}\n`);
      await writeWhole(join(path, "results.csv"), resultsCsv(sweep, rows));
    },
  };
}

/** Writes a row for each run: its varied settings, its counts and its figures. */
function resultsCsv({ axes }: Sweep, rows: readonly (readonly [PlannedRun, RunOutcome])[]): string {
  const keys = axes.map(({ key }) => key);
  return csvText([
    ["run", "outcome", ...keys, "parameters", "macs", ...FIGURES, "error"],
    ...rows.map(([run, outcome]): readonly CsvCell[] => [
      run.id,
      outcome.kind,
      ...keys.map((key) => cellOf(formatSetting(key, run.settings[key]))),
      run.parameters,
      run.macs,
      ...FIGURES.map((figure) => (outcome.kind === "finished" ? outcome.result[figure] : null)),
      outcome.kind === "failed" ? outcome.reason : null,
    ]),
  ]);
}

const FIGURES = [
  "engine",
  "steps",
  "trainSeconds",
  "validationAccuracy",
  "testAccuracy",
] as const satisfies readonly (keyof RunResult)[];

function cellOf(text: string): CsvCell {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A program that ends in between leaves the earlier file. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

async function textIn(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
}
