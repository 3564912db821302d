/**
 * `experiment NAME [options]`: repeats an experiment of the paper in the terminal. Every arm trains with several seeds, on the
 * same batches as the others. It prints mean and standard deviation of the test accuracy beside the paper's finding.
 *
 * Exit code 2: the request was invalid and nothing was trained. 1: an arm has no result.
 */
import { writeFile } from "node:fs/promises";
import { formatCount, formatDuration, formatPercent } from "../core/units.ts";
import { say } from "./commandLine.ts";
import { createExperimentProgress } from "./experiment/experimentProgress.ts";
import {
  type ExperimentRequest,
  experimentRequest,
  experimentWords,
} from "./experiment/experimentRequest.ts";
import { type ExperimentResult, runExperiment } from "./experiment/runExperiment.ts";
import { prepareTraining } from "./prepare.ts";
import { requireWritableFile } from "./training/modelFolder.ts";

export function experimentCommand() {
  return experimentWords().action(async (name, options) => {
    process.exitCode = await experiment(experimentRequest(name, options));
  });
}

/** @returns the exit code */
async function experiment(request: ExperimentRequest): Promise<number> {
  const { outFile } = request;
  if (outFile !== undefined) await requireWritableFile(outFile);
  await prepareTraining(request.base);
  const progress = createExperimentProgress(request.numSeeds, say);
  const result = await runExperiment(request, progress.show);
  progress.stop();
  const hasResults = result.arms.every(({ seeds }) => seeds.length > 0);
  if (outFile !== undefined) {
    await writeFile(outFile, `${JSON.stringify(result, null, 1)}\n`);
    say(`Result written to ${outFile}.`);
  }
  const text = request.json ? JSON.stringify(result) : resultText(request, result);
  process.stdout.write(`${text}\n`);
  return hasResults ? 0 : 1;
}

function resultText(
  { experiment }: ExperimentRequest,
  { arms, verdict }: ExperimentResult,
): string {
  const rows = arms.map(({ name, parameters, seeds, failures, mean, spread }) => {
    const seconds = seeds.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
    const accuracy =
      mean === null || spread === null
        ? "no result"
        : `${formatPercent(mean, 2)} ± ${(100 * spread).toFixed(2)}`;
    const time = seeds.length === 0 ? "" : formatDuration((1000 * seconds) / seeds.length);
    const failed = failures.length === 0 ? "" : `, ${failures.length} failed`;
    return `  ${name.padEnd(24)} ${accuracy.padEnd(18)} ${formatCount(parameters).padStart(10)} parameters, ${time} a run${failed}`;
  });
  return [
    `${experiment.title}. ${experiment.question}`,
    "Test accuracy, mean and standard deviation over the seeds:",
    ...rows,
    `The paper (${experiment.source}): ${experiment.finding}`,
    verdict,
  ].join("\n");
}
