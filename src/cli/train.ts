/**
 * `npm run train -- RECIPE [options]`: trains in the terminal, with the page's run loop, data and seeds; prints the
 * test accuracy and the confusion matrix, and writes the model as ONNX and as a TensorFlow.js layers model.
 *
 * Exit code 2: it was asked for something that cannot be, and nothing was trained. 1: the training failed.
 */

import { formatCount, formatDuration, formatPercent } from "../core/units.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { runCommand } from "./arguments.ts";
import { confusionText } from "./training/confusionText.ts";
import { requireWritableFolder, writeModel } from "./training/modelFolder.ts";
import { ownFilesIn } from "./training/ownFilesOnDisk.ts";
import { type TrainingResult, trainInTerminal } from "./training/trainInTerminal.ts";
import { createTrainingProgress } from "./training/trainingProgress.ts";
import { readTrainingRequest, USAGE } from "./training/trainingRequest.ts";

await runCommand(async () => {
  const args = process.argv.slice(2);
  if (args.length === 0) {
    say(USAGE);
    return 2;
  }
  const asked = readTrainingRequest(args);
  const own = asked.dataFolder === undefined ? undefined : await ownFilesIn(asked.dataFolder);
  const request = own ? { ...asked, settings: { ...asked.settings, dataSet: own.kind } } : asked;
  await requireWritableFolder(request.outFolder);

  let classes: readonly string[] = [];
  const progress = createTrainingProgress(say);
  const show = (event: WorkerEvent) => {
    if (event.type === "dataset.described") classes = event.dataSet.classes;
    progress.show(event);
  };
  const outcome = await trainInTerminal(request, show, own?.files);
  progress.stop();
  if (outcome.kind === "failed") {
    say(outcome.error.message);
    return outcome.stepsDone === 0 ? 2 : 1;
  }

  const { result, graph, weights } = outcome;
  const { settings } = request;
  const lack = await writeModel(request.outFolder, { graph, weights, settings, result });
  const text = request.json ? JSON.stringify(result) : resultText(result, classes);
  process.stdout.write(`${text}\n`);
  if (lack !== null) say(`As ONNX only. ${lack}`);
  say(`Model written to ${request.outFolder}.`);
  return 0;
});

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function resultText(result: TrainingResult, classes: readonly string[]): string {
  const { steps, trainSeconds, testAccuracy, confusionMatrix } = result;
  return [
    `Steps: ${formatCount(steps)}, in ${formatDuration(trainSeconds * 1000)}.`,
    `Test accuracy: ${formatPercent(testAccuracy, 2)}`,
    confusionText(confusionMatrix, classes),
  ].join("\n");
}
