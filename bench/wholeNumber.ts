/** Parses an option's value as a number of 1 or more. */
import { PlaygroundError } from "../src/core/errors.ts";

/** @throws PlaygroundError `command.invalid` */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new PlaygroundError({
    code: "command.invalid",
    where: `--${option}`,
    rule: "the value does not fit",
    expected: "a whole number of 1 or more",
    got: `"${text}"`,
    remedy: "Correct it, or leave it out.",
  });
}
