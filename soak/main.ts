/**
 * `npm run soak -- NAME [--seed N] [--actions N] [--out FILE]`: makes a long trial of the built page in Chromium and
 * writes its result with the seed and, where a rule was broken, the shortest sequence that shows it. Without a name
 * it lists the trials. The exit code is 1 where a rule was broken.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { CHROMIUM_FLAGS, requireChromium } from "../scripts/chromium.ts";
import { servePage } from "./servePage.ts";
import type { Trial, TrialResult } from "./trial.ts";
import { TRIALS } from "./trials.ts";

const RESULTS = join(import.meta.dirname, "results");
const SHRINK_MS = 900_000;

const USAGE = `npm run soak -- NAME [--seed N] [--actions N] [--out FILE]
  --seed     what everything random follows from; 1 where it is not said
  --actions  how many to make; as many as the list says where it is not said
  --out      where the result goes; soak/results/NAME.json where it is not said

Trials:
${[...TRIALS].map(([name, { about, actions }]) => `  ${name}  ${about} (${actions.toLocaleString("en")} actions)`).join("\n")}`;

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  return refuse(`--${option}: expected a whole number of 1 or more, got "${text}".`);
}

function refuse(sentence: string): never {
  console.error(`${sentence}\n\n${USAGE}`);
  process.exit(2);
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        actions: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

async function make(trial: Trial, seed: number, actions: number) {
  const page = await servePage();
  const browser = await chromium.launch({
    executablePath: await requireChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  try {
    const { address } = page;
    const log = (line: string) => console.error(`soak: ${line}`);
    const result = await trial.run({ browser, address, seed, actions, shrinkMs: SHRINK_MS, log });
    return { browser: `Chromium ${browser.version()}`, result };
  } finally {
    await browser.close();
    await page.close();
  }
}

function write(file: string, trial: string, seed: number, browser: string, result: TrialResult) {
  mkdirSync(dirname(file), { recursive: true });
  const passed = result.failure === undefined;
  writeFileSync(file, `${JSON.stringify({ trial, seed, browser, passed, ...result }, null, 2)}\n`);
  console.error(`soak: the result lies in ${relative(process.cwd(), file)}`);
}

const { values, positionals } = parsed();
const [name, ...more] = positionals;
if (values.help || name === undefined) {
  console.log(USAGE);
  process.exit(0);
}
const trial = TRIALS.get(name);
if (trial === undefined || more.length > 0)
  refuse(
    `No such trial: ${positionals.join(" ")}; expected one of ${[...TRIALS.keys()].join(", ")}.`,
  );

const seed = wholeNumber("seed", values.seed);
const actions = wholeNumber("actions", values.actions ?? String(trial.actions));
const { browser, result } = await make(trial, seed, actions);
write(values.out ?? join(RESULTS, `${name}.json`), name, seed, browser, result);
if (result.failure === undefined) console.log(`${name}: ${result.actions} actions, no rule broken`);
else {
  const { rule, sequence } = result.failure;
  console.log(`${name}: ${rule}\nThe shortest sequence that shows it:\n  ${sequence.join("\n  ")}`);
  process.exitCode = 1;
}
