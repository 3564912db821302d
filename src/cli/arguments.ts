/** The terminal's `RECIPE --set key=value ...`, with the same rules as the page's controls. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { PlaygroundError, serializeError } from "../core/errors.ts";
import { parseSetting, requireSettingKey } from "../spec/fields.ts";
import { recipeById } from "../spec/recipes/registry.ts";
import type { Settings } from "../spec/settings.ts";

/**
 * The command line as `parseArgs` reads it.
 * @throws PlaygroundError `command.invalid` for an option that the command does not have, or one without its value.
 */
export function readArguments<T extends ParseArgsConfig>(config: T) {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new PlaygroundError(
      {
        code: "command.invalid",
        where: "Command line",
        rule: cause instanceof Error ? cause.message.replace(/[.]?(\n.*)?$/s, "") : String(cause),
        expected: Object.keys(config.options ?? {})
          .map((name) => `--${name}`)
          .join(", "),
        remedy: "Check the spelling.",
      },
      { cause },
    );
  }
}

/** @throws PlaygroundError `setting.unknown` or `setting.invalid` */
export function settingsFromArguments(recipe: string, assignments: readonly string[]): Settings {
  return withAssignments(recipeById(recipe).settings, assignments);
}

/** `given` with each `key=value` in turn. @throws PlaygroundError `setting.unknown` or `setting.invalid` */
export function withAssignments(given: Settings, assignments: readonly string[]): Settings {
  return assignments.reduce((settings, assignment): Settings => {
    const separator = assignment.indexOf("=");
    if (separator < 1) {
      throw new PlaygroundError({
        code: "setting.invalid",
        where: "--set",
        rule: "a setting is written key=value",
        got: `"${assignment}"`,
        remedy: "For instance --set middleRepeats=3.",
      });
    }
    const key = requireSettingKey(assignment.slice(0, separator));
    return { ...settings, [key]: parseSetting(key, assignment.slice(separator + 1)) };
  }, given);
}

/** Runs a command's body; a known error is one line on stderr and exit code 2, a bug keeps its stack. */
export async function runCommand(body: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await body();
  } catch (error) {
    process.stderr.write(`${serializeError(error).message}\n`);
    if (!(error instanceof PlaygroundError) && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  }
}
