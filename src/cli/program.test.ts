import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { VERSION } from "../core/version.ts";
import { runCommandLine } from "./commandLine.ts";
import { createProgram } from "./program.ts";

const COMMANDS = createProgram().commands.map((command) => command.name());

const written = { stdout: "", stderr: "" };
beforeEach(() => {
  written.stdout = "";
  written.stderr = "";
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function typed(...args: readonly string[]) {
  process.exitCode = undefined;
  await runCommandLine(createProgram(), args);
  return { ...written, exitCode: process.exitCode ?? 0 };
}

describe.each(COMMANDS)("%s", (command) => {
  test.each([["--help"], ["-h"], ["help"]])("%s prints its words and examples", async (help) => {
    const { stdout, stderr, exitCode } = await typed(command, help);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(new RegExp(`^Usage: xception-playground ${command} `));
    expect(stdout).toContain("Options:");
    expect(stdout).toContain(`npm run ${command} -- `);
  });

  test("alone prints the same on stderr, and is wrong use", async () => {
    const { stdout, stderr, exitCode } = await typed(command);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("Examples:");
  });

  test("--version is the program's", async () => {
    expect(await typed(command, "--version")).toMatchObject({
      ...{ stdout: `${VERSION}\n`, exitCode: 0 },
    });
  });

  test.each(
    createProgram()
      .commands.find((one) => one.name() === command)
      ?.options.flatMap(({ long }) => long ?? [])
      .filter((long) => long !== "--version") ?? [],
  )("%s with two letters exchanged is suggested", async (option) => {
    const swapped = `${option.slice(0, -2)}${option.at(-1)}${option.at(-2)}`;
    const { stdout, stderr, exitCode } = await typed(command, "x", swapped);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(
      /^Command line: no option has this name; expected one of .+, got "--.+"\. .+\n$/,
    );
    expect(stderr).toContain(`Did you mean ${option}?`);
  });
});

test.each(COMMANDS)("the command %s, misspelt, is suggested", async (command) => {
  const { stderr, exitCode } = await typed(`${command}x`, "one-minute");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^Command line: no command has this name; expected .+, got .+\. /);
  expect(stderr).toContain(`Did you mean ${command}?`);
});

test("without a command the whole help stands on stderr, with --help on stdout", async () => {
  expect(await typed()).toMatchObject({ exitCode: 2, stdout: "" });
  const { stdout, exitCode } = await typed("--help");
  expect(exitCode).toBe(0);
  for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
});

test.each([
  [["train", "one-minit"], /^Recipe: no recipe has this id; .* Did you mean "one-minute"\?/],
  [["summary", "pepar"], /^Recipe: .* Did you mean "paper"\?/],
  [["experiment", "residual"], /^Experiment: .* Did you mean "residuals"\?/],
  [["train", "paper", "--engine", "wsam"], /^--engine: .* Did you mean "wasm"\?/],
  [["verify", "a.json", "--engine", "tjfs"], /^--engine: .* Did you mean "tfjs"\?/],
  [["summary", "paper", "--set", "middlerepeat=3"], /^--set: .* Did you mean "middleRepeats"\?/],
  [["summary", "paper", "--set", "optimizer=sdg"], /^--set optimizer: .* Did you mean "sgd"\?/],
  [
    ["summary", "paper", "--set", "width"],
    /^--set: .* expected width=a number from .* got "width"/,
  ],
  [["train", "paper", "--steps"], /^Command line: an option lacks its value; expected --steps <n>/],
  [
    ["train", "paper", "x"],
    /^Command line: there are more words .*; expected <recipe>, got 2 words/,
  ],
  [["train", "paper", "--test-images", "0"], /^--test-images: .* expected a whole number from 1 /],
  [["train", "paper", "--no-test", "--test-images", "9"], /^--no-test and --test-images: /],
] as const)("%j is wrong use, and says what is meant", async (args, words) => {
  const { stdout, stderr, exitCode } = await typed(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(words);
});
