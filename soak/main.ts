/**
 * `npm run soak -- NAME`: runs a long trial of the built page in Chromium and writes its result with the seed and, when a rule
 * was broken, the shortest sequence that shows it. The exit code is 1 then. Without a name it lists the trials.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { chromium } from "playwright";
import { CHROMIUM_FLAGS, requireChromium } from "../scripts/chromium.ts";
import { createCommand, runCommandLine, say } from "../src/cli/commandLine.ts";
import { requireName, wholeNumberOf } from "../src/cli/words.ts";
import { servePage } from "./servePage.ts";
import type { Trial, TrialResult } from "./trial.ts";
import { TRIALS } from "./trials.ts";

const RESULTS = join(import.meta.dirname, "results");
const SHRINK_MS = 900_000;

const LIST = [...TRIALS].map(
  ([name, { about, actions }]) => `${name}: ${about}; ${actions.toLocaleString("en")} actions`,
);

interface Made {
  /** The name and version of the browser, or of Node where there is none. */
  readonly browser: string;
  readonly result: TrialResult;
}

async function make(trial: Trial, seed: number, actions: number): Promise<Made> {
  const log = (line: string) => say(`soak: ${line}`);
  const options = { seed, actions, shrinkMs: SHRINK_MS, log };
  if (trial.isOfNode)
    return { browser: `Node ${process.versions.node}`, result: await trial.run(options) };
  const page = await servePage();
  const browser = await chromium.launch({
    executablePath: await requireChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  try {
    const { address } = page;
    const result = await trial.run({ ...options, browser, address });
    return { browser: `Chromium ${browser.version()}`, result };
  } finally {
    await browser.close();
    await page.close();
  }
}

function write(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  say(`soak: the result lies in ${relative(process.cwd(), file)}`);
}

function tell(name: string, { actions, failure }: TrialResult): void {
  if (failure === undefined) {
    process.stdout.write(`${name}: ${actions} actions, no rule broken\n`);
    return;
  }
  const { rule, sequence, replay } = failure;
  const again = `npm run soak -- ${name} --seed ${replay.seed} --actions ${replay.actions}`;
  const lines = [`${name}: ${rule}`, `Repeat it: ${again}`, "The shortest sequence:", ...sequence];
  process.stdout.write(`${lines.join("\n  ")}\n`);
  process.exitCode = 1;
}

const command = createCommand({
  name: "soak",
  description: "Makes a long random trial of the page and writes what it found.",
  examples: [
    ["npm run soak", "lists the trials"],
    ["npm run soak -- monkey", "makes one whole, into soak/results/monkey.json"],
    ["npm run soak -- monkey --seed 7 --actions 100", "a short one that goes another way"],
  ],
  notes: [`Trials:\n${LIST.map((line) => `  ${line}`).join("\n")}`],
})
  .argument("[name]", "which trial")
  .option("--seed <number>", "what everything random follows from", "1")
  .option("--actions <number>", "how many to make; as many as the trial's list says if not given")
  .option("--out <file>", "where the result goes instead of soak/results/")
  .action(async (asked, options) => {
    if (asked === undefined) {
      process.stdout.write(`${LIST.join("\n")}\n`);
      return;
    }
    const rule = "no trial has this name";
    const names = [...TRIALS.keys()];
    const name = requireName(asked, names, { code: "command.invalid", where: "Trial", rule });
    const trial = TRIALS.get(name);
    if (trial === undefined) return;
    const seed = wholeNumberOf("--seed", options.seed, 0) ?? 1;
    const actions = wholeNumberOf("--actions", options.actions, 1) ?? trial.actions;
    const { browser, result } = await make(trial, seed, actions);
    const passed = result.failure === undefined;
    write(options.out ?? join(RESULTS, `${name}.json`), {
      ...{ trial: name, seed, browser, passed },
      ...result,
    });
    tell(name, result);
  });

await runCommandLine(command);
