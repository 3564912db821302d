/**
 * Opens the trained weights that were kept of a run, to look at them: evaluates them on the run's images, and then delivers
 * images and lends the network for files. It trains nothing.
 */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { trainedWeights } from "../../checkpoint/trainedWeights.ts";
import type { EvaluatedPart } from "../../core/classified.ts";
import { serializeError } from "../../core/errors.ts";
import { attendedData } from "./attendedData.ts";
import { firstImages } from "./batchStreams.ts";
import { deliverImages } from "./deliverImages.ts";
import { evaluateInParts } from "./evaluateInParts.ts";
import type { NewestMeasured } from "./measured.ts";
import {
  openEngine,
  openImages,
  prepareNetwork,
  type RunEnvironment,
  requireSameData,
} from "./prepareRun.ts";
import { refusals } from "./refusals.ts";
import type { Gate } from "./runControl.ts";

export interface ReopenOptions extends Omit<RunEnvironment, "settings" | "from"> {
  readonly checkpoint: Checkpoint;
  /** The id of the run or of the lane whose weights they are. */
  readonly trained: string;
  readonly part: EvaluatedPart;
  readonly gate: Gate;
}

/** Serves requests until the worker ends, unless it fails with `run.failed`. */
export async function reopenRun(options: ReopenOptions): Promise<void> {
  const { runId, emit, gate } = options;
  try {
    await open(options);
    await gate.stayOpen();
  } catch (error) {
    gate.close(refusals.failed(error));
    emit({ type: "run.failed", runId, error: serializeError(error), step: 0 });
  }
}

async function open(options: ReopenOptions): Promise<void> {
  const { runId, emit, gate, checkpoint, trained, part } = options;
  const kept = trainedWeights(checkpoint, trained);
  // The weights replace those that the run started from.
  const asSet = { ...kept.settings, base: "none" } as const;
  const opened = await openImages(options, asSet);
  requireSameData(checkpoint, opened);
  const data = attendedData(opened, gate);
  const network = prepareNetwork(options, asSet, data);
  const { settings, budget } = network;
  const { executor } = await openEngine(options, network);
  executor.writeWeights(kept.weights);
  const { step } = kept;
  let measured: NewestMeasured = { validation: null, test: null };
  gate.open({
    async serve(request) {
      if (request.type === "images") await deliverImages(options, data, request);
      else if (request.type === "lend")
        await request.use({ settings, data, step, executor, measured, best: kept.best });
      else request.refuse(refusals.reopened());
    },
    stepsDone: () => step,
  });
  emit({ type: "run.phaseChanged", runId, phase: "testing", detail: "" });
  const totalImages = part === "test" ? data.description.numTest : budget.validationImages;
  const images =
    part === "test"
      ? data.testBatches()
      : firstImages(data.validationBatches(part), budget.validationImages);
  const evaluation = await evaluateInParts(executor, images, {
    gate,
    onProgress: (numImages) => emit({ type: "test.progressed", runId, numImages, totalImages }),
  });
  const { loss, accuracy, numImages } = evaluation;
  const found = { step, loss, accuracy, numImages };
  measured = part === "test" ? { ...measured, test: found } : { ...measured, validation: found };
  emit(
    part === "test"
      ? { type: "test.completed", runId, step, ...evaluation }
      : { type: "validation.completed", runId, whole: part === "whole", step, ...evaluation },
  );
}
