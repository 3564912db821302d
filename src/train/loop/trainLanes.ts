/**
 * The training loop: epochs, batches, alternating steps, validations. Every lane gets the same batch, augmented once, before
 * any lane gets the next. How a step is taken is in `lane.ts`; the caller that provides the lanes handles their failures.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { Settings } from "../../settings/settings.ts";
import { augmentBatch } from "../data/augmentBatch.ts";
import type { RunData } from "../data/runData.ts";
import { endlessPasses } from "./batchStreams.ts";
import type { Budget } from "./budget.ts";
import type { Lane } from "./lane.ts";
import type { Gate } from "./runControl.ts";

export interface TrainingLoop {
  /** The lanes still in training. The loop ends when there are none. */
  readonly lanes: () => readonly Lane[];
  /** The settings of the augmentation, which all lanes share. */
  readonly settings: Settings;
  readonly data: RunData;
  readonly budget: Budget;
  /** The batches of the first pass through the data, already started. */
  readonly firstPass: AsyncIterable<PixelBatch>;
  readonly gate: Gate;
  /** Returns what to validate on after a step. The end of an epoch always validates on all held-out images. */
  readonly validationAt: (step: number) => "subset" | "whole" | undefined;
  /** Called after each validation of all lanes. */
  readonly onValidated?: () => Promise<void>;
}

/** Trains until the last step of the budget. */
export async function trainLanes(loop: TrainingLoop): Promise<void> {
  const { lanes, settings, data, budget, gate } = loop;
  let step = 0;

  async function takeStep(batch: PixelBatch): Promise<void> {
    const shared = augmentBatch(batch, settings, step);
    for (const lane of lanes()) await lane.takeStep(shared);
    step += 1;
    const endsEpoch = step % budget.stepsPerEpoch === 0;
    const part = endsEpoch ? "whole" : loop.validationAt(step);
    if (part !== undefined || step === budget.totalSteps || gate.closing)
      for (const lane of lanes()) await lane.report();
    if (part !== undefined) {
      for (const lane of lanes()) await lane.validate(part);
      await loop.onValidated?.();
    }
    if (endsEpoch)
      for (const lane of lanes()) lane.completeEpoch(Math.round(step / budget.stepsPerEpoch));
  }

  const passAt = (pass: number) => data.trainingBatches(pass);
  for await (const batch of endlessPasses(loop.firstPass, passAt)) {
    await gate.pass();
    await takeStep(batch);
    if (step === budget.totalSteps || lanes().length === 0) return;
  }
}
