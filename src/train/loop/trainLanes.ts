/**
 * The training loop: epochs, batches, alternating steps, validations. Every lane gets the same batch, augmented once, before
 * any lane gets the next. How a step is taken is in `lane.ts`; the caller that provides the lanes handles their failures.
 */
import type { BatchCursor, Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { Settings } from "../../settings/settings.ts";
import { augmentBatch } from "../data/augmentBatch.ts";
import type { RunData } from "../data/runData.ts";
import { type BatchAt, endlessPasses, FIRST_BATCH } from "./batchStreams.ts";
import type { Budget } from "./budget.ts";
import type { Lane } from "./lane.ts";
import type { Gate } from "./runControl.ts";

/** How far the loop is. A checkpoint holds it, and a loop goes on from it. */
export interface LoopPlace {
  /** The number of steps done. */
  step: number;
  /** False from the end of a step until the validation that is due after it has been completed. */
  isSettled: boolean;
  /** The passes through the data so far, in order, each with the step that took its first batch, counted from 0. */
  readonly passes: PassStart[];
}

interface PassStart {
  readonly pass: number;
  readonly firstStep: number;
}

/** @param from the checkpoint that the loop goes on from */
export function startPlace(
  from?: Pick<Checkpoint, "cursor" | "isSettled"> & { readonly step: number },
): LoopPlace {
  const { step = 0, isSettled = true, cursor = FIRST_BATCH } = from ?? {};
  // Every step takes one batch.
  return { step, isSettled, passes: [{ pass: cursor.pass, firstStep: step - cursor.batch }] };
}

/** Returns where the stream of batches was before `step`, which must not be before the start of the loop. */
export function cursorAt({ passes }: Pick<LoopPlace, "passes">, step: number): BatchCursor {
  const current = passes.findLast(({ firstStep }) => firstStep <= step);
  if (current === undefined) throw new RangeError(`step ${step} is before the start of the loop`);
  return { pass: current.pass, batch: step - current.firstStep };
}

/**
 * Yields the batches again that the steps from `firstStep` on were taken on, augmented as they were then. A lost device repeats
 * the steps since its newest state with it.
 *
 * @param settingsAt returns the settings that a step was taken with
 */
export async function* repeatedBatches(
  { data, place }: Pick<TrainingLoop, "data" | "place">,
  settingsAt: (step: number) => Settings,
  firstStep: number,
): AsyncGenerator<PixelBatch> {
  const start = cursorAt(place, firstStep);
  let step = firstStep;
  const rest = data.trainingBatches(start.pass, start.batch);
  const passAt = (pass: number) => data.trainingBatches(pass);
  for await (const { batch } of endlessPasses(rest, passAt, start)) {
    yield augmentBatch(batch, settingsAt(step), step);
    step += 1;
  }
}

export interface TrainingLoop {
  /** The lanes still in training. The loop ends when there are none. */
  readonly lanes: () => readonly Lane[];
  /** Returns the settings of the augmentation for the step that comes next, which all lanes share: a promise where their engines must be opened again for it. */
  readonly settings: () => Settings | Promise<Settings>;
  readonly data: RunData;
  readonly budget: Budget;
  /** Where the loop starts. It is updated after each step. */
  readonly place: LoopPlace;
  /** The rest of the pass that the place names, already started. */
  readonly firstPass: AsyncIterable<PixelBatch>;
  readonly gate: Gate;
  /** Returns what to validate on after a step. The end of an epoch always validates on all held-out images. */
  readonly validationAt: (step: number) => "subset" | "whole" | undefined;
  /** Tells whether the loop takes no further step, although its budget is not used up. */
  readonly isStopped?: () => boolean;
  /** Called after each validation of all lanes. */
  readonly onValidated?: () => Promise<void>;
  /** Called after each step and what is due after it. */
  readonly onSettled?: () => Promise<void>;
}

/** Trains until the last step of the budget, unless it is stopped before. */
export async function trainLanes(loop: TrainingLoop): Promise<void> {
  const { lanes, settings, data, budget, gate, place } = loop;

  async function takeStep({ batch, next }: BatchAt): Promise<void> {
    if (next.pass !== place.passes.at(-1)?.pass)
      place.passes.push({ pass: next.pass, firstStep: place.step });
    const shared = augmentBatch(batch, await settings(), place.step);
    for (const lane of lanes()) await lane.takeStep(shared);
    place.step += 1;
    place.isSettled = false;
  }

  /** Reports and validates as is due after the newest step. */
  async function settle(): Promise<void> {
    const { step } = place;
    const endsEpoch = step % budget.stepsPerEpoch === 0;
    const part = endsEpoch ? "whole" : loop.validationAt(step);
    if (part !== undefined || step >= budget.totalSteps || gate.closing)
      for (const lane of lanes()) await lane.report();
    if (part !== undefined) {
      for (const lane of lanes()) await lane.validate(part);
      await loop.onValidated?.();
    }
    if (endsEpoch)
      for (const lane of lanes()) lane.completeEpoch(Math.round(step / budget.stepsPerEpoch));
    place.isSettled = true;
    await loop.onSettled?.();
  }

  const isOver = () =>
    place.step >= budget.totalSteps || lanes().length === 0 || loop.isStopped?.() === true;

  if (!place.isSettled) await settle();
  if (isOver()) return;
  const passAt = (pass: number) => data.trainingBatches(pass);
  const start = cursorAt(place, place.step);
  for await (const batch of endlessPasses(loop.firstPass, passAt, start)) {
    await gate.pass();
    await takeStep(batch);
    await settle();
    if (isOver()) return;
  }
}
