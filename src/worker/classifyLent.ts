/** Classifies a picture with the network of a run, which is lent between two steps. */
import { PlaygroundError } from "../core/errors.ts";
import type { GivenPicture } from "../core/givenPicture.ts";
import { classifyPicture } from "../train/data/classifyPicture.ts";
import type { LentNetwork } from "../train/loop/lentNetwork.ts";

/**
 * @returns also the step of the weights.
 * @throws PlaygroundError `file.unavailable` when only the weights are left of the run, `file.invalid` for what is no picture.
 */
export async function classifyLent(
  { blob, name, isSwapped }: GivenPicture,
  { settings, data, step, executor }: LentNetwork,
) {
  const predict = executor.predict?.bind(executor);
  if (predict === undefined) {
    throw new PlaygroundError({
      code: "file.unavailable",
      where: "Classify a picture",
      rule: "the run failed, and only its weights are kept",
      remedy: "Export the stand-alone page, which classifies with them, or train again.",
    });
  }
  const network = { settings, images: data.description, predict };
  return { step, ...(await classifyPicture({ blob, name, isSwapped }, network)) };
}
