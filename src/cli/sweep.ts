/**
 * `sweep FILE [options]`: trains the combinations of settings that a file describes, in as many processes as asked for. It
 * prints a line for each run, and writes the results as one table.
 *
 * Exit code 2: the request was invalid and nothing was trained. 1: a run has no result. 130: Ctrl-C.
 */
import { availableParallelism } from "node:os";
import { PlaygroundError } from "../core/errors.ts";
import { formatCount, formatDuration } from "../core/units.ts";
import { openDataSet, summarizeDataSet } from "../data/openDataSet.ts";
import { applies } from "../settings/applies.ts";
import { stepsInRun } from "../settings/epoch.ts";
import { isOwnDataSet } from "../settings/ownData.ts";
import type { Settings } from "../settings/settings.ts";
import type { PlannedRun } from "../settings/sweeps/planSweep.ts";
import { estimatedMs, type MeasuredStep } from "../settings/sweeps/sweepCost.ts";
import { say } from "./commandLine.ts";
import { forTerminal } from "./forTerminal.ts";
import { prepareTraining } from "./prepare.ts";
import { measureStep } from "./sweep/measureStep.ts";
import { openSweepFolder, type RunOutcome, type RunResult } from "./sweep/sweepFolder.ts";
import { type SweepRequest, sweepRequest, sweepWords } from "./sweep/sweepRequest.ts";
import { planLines, runLine } from "./sweep/sweepText.ts";
import { trainInProcess } from "./sweep/trainProcess.ts";
import { DATA_URL, fetchFromDisk } from "./training/dataOnDisk.ts";
import { INTERRUPTED, onInterruption } from "./training/interruption.ts";

export function sweepCommand() {
  return sweepWords().action(async (file, options) => {
    process.exitCode = await sweepRequest(file, options).then(sweep, (error: unknown) => {
      if (!(error instanceof AggregateError)) throw error;
      for (const problem of error.errors) say(forTerminal(problem.message));
      return 2;
    });
  });
}

/** @returns the exit code */
async function sweep(request: SweepRequest): Promise<number> {
  const { plan, numProcesses, outFolder } = request;
  for (const line of planLines(request)) process.stdout.write(`${line}\n`);
  if (plan.runs.length === 0) throw nothingToTrain();
  for (const dataSet of new Set(plan.runs.map(({ settings }) => settings.dataSet)))
    await prepareTraining({ dataSet });
  const folder = request.isOnlyPlanned ? null : await openSweepFolder(outFolder, request.sweep);
  const finished = (await folder?.finished(plan.runs)) ?? new Map<PlannedRun, RunResult>();
  const waiting = plan.runs.filter((run) => !finished.has(run));
  if (finished.size > 0)
    process.stdout.write(`Finished before: ${finished.size} of ${plan.runs.length}.\n`);
  if (waiting.length > 0)
    process.stdout.write(`${await timeLine(request, waiting, measuredSteps(finished))}\n`);
  if (folder === null) return 0;

  const outcomes = new Map<PlannedRun, RunOutcome>(
    plan.runs.map((run) => {
      const result = finished.get(run);
      return [run, result === undefined ? { kind: "waiting" } : { kind: "finished", result }];
    }),
  );
  const stop = new AbortController();
  const release = onInterruption({
    onFirst() {
      stop.abort();
      say(
        "\nEnding after the steps under way. The same command goes on. Ctrl-C again ends at once.",
      );
    },
    onSecond: () => say("Ended at once."),
  });
  const queue = [...waiting];
  const writeTable = () => folder.writeTable([...outcomes]);
  const threads = Math.max(1, Math.floor(availableParallelism() / numProcesses));

  async function trainNext(): Promise<void> {
    for (let run = queue.shift(); run !== undefined && !stop.signal.aborted; run = queue.shift()) {
      const end = await trainInProcess(
        {
          recipeId: request.sweep.recipeId,
          settings: numProcesses > 1 ? withThreads(run.settings, threads) : run.settings,
          folder: folder?.runFolder(run) ?? "",
          resumes: (await folder?.begin(run)) === true,
        },
        stop.signal,
      );
      if (end.kind === "stopped") continue;
      if (end.kind === "finished") await folder?.finish(run, resultOf(end.result));
      outcomes.set(run, end);
      process.stdout.write(`${runLine(run, end, plan.runs)}\n`);
      await writeTable();
    }
  }

  await writeTable();
  await Promise.all(Array.from({ length: numProcesses }, trainNext));
  release();
  say(`Results written to ${outFolder}/results.csv.`);
  if (stop.signal.aborted) return INTERRUPTED;
  return [...outcomes.values()].every(({ kind }) => kind === "finished") ? 0 : 1;
}

/** Estimates from steps measured before, or else from a few steps of the run with the median work. */
async function timeLine(
  { sweep: { recipeId }, numProcesses }: SweepRequest,
  runs: readonly PlannedRun[],
  known: readonly MeasuredStep[],
): Promise<string> {
  const numTrain = await imagesOf(runs);
  const byWork = runs.toSorted((one, other) => workOf(one) - workOf(other));
  const median = byWork[Math.floor(byWork.length / 2)];
  const own = known.length > 0 || median === undefined ? null : await measureStep(recipeId, median);
  const ms = estimatedMs(runs, own === null ? known : [own], numTrain);
  const steps = runs.reduce((sum, { settings }) => sum + stepsInRun(settings, numTrain), 0);
  const time =
    ms === null
      ? "an unknown time"
      : `about ${formatDuration(ms / numProcesses)}${numProcesses > 1 ? ` in ${numProcesses} processes that share the machine` : ""}`;
  return `To train: ${formatCount(runs.length)} runs, ${formatCount(steps)} steps, ${time} in steps; validation and test come on top.`;
}

function workOf({ macs, settings }: PlannedRun): number {
  return macs * settings.batchSize;
}

async function imagesOf([first]: readonly PlannedRun[]): Promise<number> {
  const choice = first?.settings.dataSet;
  if (choice === undefined || isOwnDataSet(choice)) return 0;
  const transport = { fetch: fetchFromDisk };
  return summarizeDataSet(await openDataSet({ baseUrl: DATA_URL, choice, transport })).numTrain;
}

function measuredSteps(finished: ReadonlyMap<PlannedRun, RunResult>): readonly MeasuredStep[] {
  return [...finished].flatMap(([run, { steps, trainSeconds }]) =>
    steps === 0 ? [] : [{ macs: workOf(run), stepMs: (1000 * trainSeconds) / steps }],
  );
}

/** Several processes share the processor's cores. The number of threads changes no result. */
function withThreads(settings: Settings, threads: number): Settings {
  return settings.threads === 0 && applies("threads", settings)
    ? { ...settings, threads }
    : settings;
}

function resultOf({
  engine,
  steps,
  trainSeconds,
  testAccuracy,
  validationAccuracy,
}: RunResult): RunResult {
  return { engine, steps, trainSeconds, testAccuracy, validationAccuracy };
}

function nothingToTrain(): PlaygroundError {
  return new PlaygroundError({
    code: "setting.invalid",
    where: "The sweep",
    rule: "none of its combinations can be trained",
    remedy: "The reasons are above.",
  });
}
