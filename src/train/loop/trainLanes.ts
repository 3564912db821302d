/**
 * The order of things while networks train: epochs, batches, steps in turn, validations. Every lane gets the same batch,
 * augmented once, before any of them gets the next. It refuses to know how a step is taken (`lane.ts`) and what becomes
 * of failures: whoever gives the lanes does.
 */
import type { PixelBatch } from "../../exec/executor.ts";
import type { Settings } from "../../settings/settings.ts";
import { augmentBatch } from "../data/augmentBatch.ts";
import type { RunData } from "../data/runData.ts";
import { endlessPasses } from "./batchStreams.ts";
import type { Budget } from "./budget.ts";
import type { Lane } from "./lane.ts";
import type { Gate } from "./runControl.ts";

export interface TrainingLoop {
  /** Those still in training; none ends the loop. */
  readonly lanes: () => readonly Lane[];
  /** Of the augmentation: all lanes have the same. */
  readonly settings: Settings;
  readonly data: RunData;
  readonly budget: Budget;
  /** The batches of the first pass through the data, under way already. */
  readonly firstPass: AsyncIterable<PixelBatch>;
  readonly gate: Gate;
  /** What is validated on after so many steps; the end of an epoch always validates on all held-out images. */
  readonly validationAt: (step: number) => "subset" | "whole" | undefined;
  /** After each validation of all lanes. */
  readonly onValidated?: () => Promise<void>;
}

/** Trains to the last step of the budget. */
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
