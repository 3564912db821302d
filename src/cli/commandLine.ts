/**
 * Reads command lines, in the same way for the terminal's commands, the benches and the scripts: help with examples, the
 * version, suggestions for misspelt words, and one form of error. Exit codes: 0 for success, 1 when the work failed, 2 for a
 * wrong command line. Each command is implemented in its own file.
 */

import { Command, CommanderError } from "@commander-js/extra-typings";
import { type Fault, PlaygroundError, serializeError } from "../core/errors.ts";
import { greatestOf } from "../core/numbers.ts";
import { VERSION } from "../core/version.ts";
import { forTerminal } from "./forTerminal.ts";

export interface CommandWords {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Example command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, words: string])[];
  /** Lists printed after the help: recipes, exit codes. */
  readonly notes?: readonly string[];
}

export function createCommand({ name, description, examples, notes = [] }: CommandWords) {
  const width = greatestOf(examples.map(([line]) => line.length));
  const lines = examples.map(([line, words]) => `  ${line.padEnd(width)}  ${words}`);
  return new Command(name)
    .description(description)
    .helpOption("-h, --help", "shows this help")
    .version(VERSION, "-V, --version", "prints the version")
    .addHelpText(
      "after",
      ["", "Examples:", ...lines, ...notes.flatMap((note) => ["", note])].join("\n"),
    )
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/**
 * Runs the command that `args` name, and sets the exit code. A known error prints one line to stderr and gives exit code 2; a
 * bug prints its stack.
 */
export async function runCommandLine(
  command: CommandLine,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  endQuietlyWithoutReader();
  try {
    await command.parseAsync(helpIsAnOption(args), { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error, command, args);
  }
}

/**
 * Parses a command's arguments without running it.
 * @throws PlaygroundError `command.invalid`
 */
export function readArguments<C extends CommandLine>(command: C, args: readonly string[]): C {
  try {
    command.parse(args, { from: "user" });
    return command;
  } catch (error) {
    throw error instanceof CommanderError ? usageFault(error, command) : error;
  }
}

/** The part of a command that is used here, independent of its arguments and options. */
interface CommandLine {
  readonly name: () => string;
  readonly commands: readonly CommandLine[];
  readonly options: readonly { readonly long?: string | undefined; readonly flags: string }[];
  readonly registeredArguments: readonly { readonly name: () => string }[];
  parse(args: readonly string[], from: { readonly from: "user" }): unknown;
  parseAsync(args: readonly string[], from: { readonly from: "user" }): Promise<unknown>;
  outputHelp(context: { readonly error: boolean }): void;
}

/** Turns the word `help`, alone or after a command, into the option, because people who do not know the program type it. */
function helpIsAnOption(args: readonly string[]): readonly string[] {
  const isHelp = args.length <= 2 && args.at(-1) === "help";
  return isHelp ? [...args.slice(0, -1), "--help"] : args;
}

function exitCodeOf(error: unknown, command: CommandLine, args: readonly string[]): number {
  if (!(error instanceof CommanderError)) {
    say(forTerminal(serializeError(error).message));
    if (error instanceof PlaygroundError) return 2;
    if (error instanceof Error) say(error.stack ?? "");
    return 1;
  }
  if (error.exitCode === 0) return 0;
  // Commander prints the help itself when only the command is missing.
  if (error.code === "commander.help") return 2;
  const asked = command.commands.find((one) => one.name() === args[0]) ?? command;
  const isEmpty = args.length === (asked === command ? 0 : 1);
  if (isEmpty) asked.outputHelp({ error: true });
  else say(usageFault(error, asked).message);
  return 2;
}

/** Converts Commander's errors to the form of all other errors. */
export function usageFault(
  { code, message }: CommanderError,
  command: CommandLine,
): PlaygroundError {
  const suggestion = /[(](Did you mean .+?[?])[)]/.exec(message)?.[1];
  return new PlaygroundError({
    code: "command.invalid",
    where: "Command line",
    ...wrongUse(code, message, command),
    remedy: `${suggestion === undefined ? "" : `${suggestion} `}--help shows what there is.`,
  });
}

type Wrong = Pick<Fault, "rule" | "expected" | "got">;

function wrongUse(code: string, message: string, command: CommandLine): Wrong {
  const names = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  const quoted = /'([^']+)'/.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.unknownOption":
      return {
        rule: "no option has this name",
        expected: `one of ${command.options.flatMap(({ long }) => long ?? []).join(", ")}`,
        got: `"${quoted}"`,
      };
    case "commander.unknownCommand":
      return {
        rule: "no command has this name",
        expected: `one of ${command.commands.map((one) => one.name()).join(", ")}`,
        got: `"${quoted}"`,
      };
    case "commander.optionMissingArgument":
      return { rule: "an option lacks its value", expected: quoted, got: "nothing behind it" };
    case "commander.missingArgument":
      return { rule: "an argument is missing", expected: names.join(" "), got: "none" };
    case "commander.excessArguments":
      return {
        rule: "there are more words than the command takes",
        expected: names.length === 0 ? "none" : names.join(" "),
        got: `${/got (\d+)/.exec(message)?.[1] ?? "more"} words`,
      };
    default:
      return { rule: message.replace(/^error: /, "").replace(/[.]$/, "") };
  }
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

let isDeaf = false;

/** When the reader of a pipe has ended (`| head`), further output is dropped and the work continues to its end. */
function endQuietlyWithoutReader(): void {
  if (isDeaf) return;
  isDeaf = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
