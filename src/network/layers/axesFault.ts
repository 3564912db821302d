import { PlaygroundError } from "../../core/errors.ts";

/** For a layer that cannot work along its axes, which count from 1. */
export function axesFault(
  name: string,
  axes: readonly number[],
  fault: { readonly rule: string; readonly expected: string; readonly remedy: string },
): PlaygroundError {
  return new PlaygroundError({
    code: "network.invalid",
    where: name,
    ...fault,
    got: axes.join(", "),
    context: { layer: name },
  });
}
