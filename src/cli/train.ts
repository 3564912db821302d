/**
 * `train RECIPE [options]`: trains in the terminal, with the page's run loop, data and seeds. It prints the test accuracy and
 * the confusion matrix, and writes the network with its history.
 *
 * Exit code 2: the request was invalid and nothing was trained. 1: the training failed. 130: Ctrl-C.
 */

import { formatCount, formatDuration, formatPercent } from "../core/units.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { say } from "./commandLine.ts";
import { forTerminal } from "./forTerminal.ts";
import { prepareTraining } from "./prepare.ts";
import {
  checkpointsIn,
  removeCheckpoints,
  resumedCheckpoint,
} from "./training/checkpointsOfRun.ts";
import { confusionText } from "./training/confusionText.ts";
import { INTERRUPTED, onInterruption } from "./training/interruption.ts";
import { requireWritableFolder, writeModel } from "./training/modelFolder.ts";
import { modelToTrain } from "./training/modelToTrain.ts";
import { ownFilesIn } from "./training/ownFilesOnDisk.ts";
import { type Trained, type TrainingResult, trainInTerminal } from "./training/trainInTerminal.ts";
import { createTrainingProgress } from "./training/trainingProgress.ts";
import {
  type TrainingRequest,
  trainingCommand,
  trainingRequest,
  withOwnData,
} from "./training/trainingRequest.ts";
import { weightsToTrain } from "./training/weightsToTrain.ts";

export function trainCommand() {
  return trainingCommand().action(async (recipe, options) => {
    const model = options.model === undefined ? undefined : await modelToTrain(options.model, say);
    const weights =
      options.weights === undefined ? undefined : await weightsToTrain(options.weights, say);
    process.exitCode = await train(trainingRequest(recipe, options, { model, weights, say }));
  });
}

/** @returns the exit code */
async function train(named: TrainingRequest): Promise<number> {
  const from = named.resumes ? await resumedCheckpoint(named.outFolder, say) : undefined;
  const asked = from === undefined ? named : { ...named, ...from.request };
  const own = asked.dataFolder === undefined ? undefined : await ownFilesIn(asked.dataFolder);
  const request = own ? withOwnData(asked, own.kind) : asked;
  await requireWritableFolder(request.outFolder);
  if (from === undefined) await removeCheckpoints(request.outFolder);
  await prepareTraining(request.settings);

  let stepsDone = 0;
  const progress = createTrainingProgress(say);
  const onEvent = (event: WorkerEvent) => {
    if (event.type === "step.completed") stepsDone = event.step;
    progress.show(event);
  };
  const stop = new AbortController();
  const release = onInterruption({
    onFirst() {
      if (stepsDone === 0) {
        progress.stop();
        say("Ended before the first step; no model is written.");
        process.exit(INTERRUPTED);
      }
      stop.abort();
      say("\nEnding after this step; what is trained is written then. Ctrl-C again ends at once.");
    },
    onSecond() {
      progress.stop();
      say("Ended at once; no model is written.");
    },
  });
  let lacks: readonly string[] | undefined;
  const onTrained = async ({ files }: Trained) => {
    lacks = await writeModel(request.outFolder, files);
  };
  const hooks = {
    ...{ onEvent, say, onTrained, stop: stop.signal, ownFiles: own?.files ?? [] },
    checkpoints: checkpointsIn(request),
    ...(from && { from: from.checkpoint }),
  };
  const outcome = await trainInTerminal(request, hooks);
  progress.stop();
  if (outcome.kind === "failed") {
    release();
    say(forTerminal(outcome.error.message));
    return outcome.stepsDone === 0 ? 2 : 1;
  }

  if (lacks === undefined) await onTrained(outcome);
  const { result } = outcome;
  release();
  process.stdout.write(`${request.json ? JSON.stringify(result) : resultText(result)}\n`);
  for (const lack of lacks ?? []) say(`As ONNX only. ${lack}`);
  say(`Model written to ${request.outFolder}.`);
  return result.stopped ? INTERRUPTED : 0;
}

function resultText(result: TrainingResult): string {
  const { steps, trainSeconds, testAccuracy, confusionMatrix, classes, stopped, ending } = result;
  const { testImages, validationAccuracy, validationImages } = result;
  const time = formatDuration(trainSeconds * 1000);
  return [
    `Steps: ${formatCount(steps)}, in ${time}${stopped ? ", ended by Ctrl-C" : ""}.`,
    ...(ending === "" ? [] : [ending]),
    validationAccuracy === null
      ? "No validation."
      : `Validation accuracy: ${formatPercent(validationAccuracy, 2)} of ${formatCount(validationImages)} images`,
    ...(testAccuracy === null
      ? ["No test."]
      : [
          `Test accuracy: ${formatPercent(testAccuracy, 2)} of ${formatCount(testImages)} images`,
          confusionText(confusionMatrix, classes),
        ]),
    ...(result.lag === null ? [] : [result.lag]),
  ].join("\n");
}
