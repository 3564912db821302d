/** The errors for requests that a run cannot serve at the moment. Each remedy must be possible at that moment. */
import { PlaygroundError } from "../../core/errors.ts";

function refusal(rule: string, remedy: string): PlaygroundError {
  return new PlaygroundError({ code: "run.invalid-command", where: "Run", rule, remedy });
}

export const refusals = {
  preparing: () =>
    refusal("it is still being prepared", "Wait for its first step, then ask again."),
  recovering: () =>
    refusal(
      "its device was lost and another one is being opened",
      "Wait until training goes on, then ask again.",
    ),
  testing: () => refusal("a test is under way already", "Wait for its result."),
  unkept: () =>
    refusal(
      "it keeps no checkpoints",
      "Go on where it is trained, or train it again from the start.",
    ),
  finished: () => refusal("it is finished", "Continue with its weights to train them further."),
  failed: (error: unknown) =>
    refusal(
      `it failed meanwhile (${error instanceof Error ? error.message.replace(/[.]$/, "") : String(error)})`,
      "Train again, then ask again.",
    ),
  onlyWeights: () =>
    refusal("it failed, and only its weights are kept", "Export the model, or train again."),
  reopened: () =>
    refusal("it was opened to be looked at", "Continue with its weights to train them further."),
  race: () =>
    refusal(
      "a race makes no files and is tested at its end",
      "Train one of its networks alone to look at it.",
    ),
};
