/**
 * `npm run bench -- [NAME ...] [--json] [--out FILE]`: measures, prints one JSON object a bench, or a table where the
 * bench has one and --json does not ask otherwise. Never part of the tests: what a machine does today is no property
 * of the program. Every bench checks its result before it reports a time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { cpu } from "./cpu/cpu.ts";
import { cpuTable } from "./cpu/cpuTable.ts";
import { firstLoss } from "./firstLoss.ts";
import { gpuTable } from "./gpu/gpuTable.ts";
import { memory } from "./memory.ts";
import { oneMinute } from "./oneMinute.ts";
import { type BenchPage, openBenchPage } from "./page.ts";
import { replay } from "./replay.ts";
import { slider } from "./slider.ts";
import { stepTime } from "./stepTime.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    out: { type: "string" },
    // Of one-minute.
    seeds: { type: "string", default: "1" },
    // Of cpu and gpu.
    cases: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    "turn-ms": { type: "string", default: "800" },
    // Of cpu.
    prototype: { type: "string" },
    python: { type: "string" },
    threads: { type: "string", default: "2" },
    // Of gpu.
    "longest-step-s": { type: "string", default: "60" },
  },
});

type WholeNumber = "seeds" | "threads" | "rounds" | "turn-ms" | "longest-step-s";

function wholeNumber(option: WholeNumber): number {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value >= 1) return value;
  console.error(`--${option}: expected a whole number of 1 or more, got "${values[option]}".`);
  process.exit(2);
}

interface Measurement {
  readonly result: object;
  /** For people; without one, they read the JSON. */
  readonly text?: string;
}

async function measureCpu(): Promise<Measurement> {
  const result = await cpu({
    ...turns(),
    cases: chosenCases(),
    prototype: values.prototype,
    python: values.python,
    threads: wholeNumber("threads"),
  });
  return { result, text: cpuTable(result) };
}

async function measureGpu(): Promise<Measurement> {
  const longestStepMs = 1000 * wholeNumber("longest-step-s");
  // Its engines are only there where Dawn, an optional package, is installed.
  const { gpu } = await import("./gpu/gpu.ts");
  const result = await gpu({ ...turns(), cases: chosenCases(), longestStepMs });
  return { result, text: gpuTable(result) };
}

const chosenCases = () => values.cases.split(",").filter((name) => name !== "");
const turns = () => ({ rounds: wholeNumber("rounds"), turnMs: wholeNumber("turn-ms") });

let pageInUse: BenchPage | undefined;

/** For benches of the product's own page, which share one browser. */
const onPage = (bench: (page: BenchPage) => Promise<object>) => async (): Promise<Measurement> => {
  pageInUse ??= await openBenchPage();
  return { result: await bench(pageInUse) };
};

const BENCHES: ReadonlyMap<string, () => Promise<Measurement>> = new Map([
  ["bundle", onPage(bundle)],
  ["slider", onPage(slider)],
  ["replay", onPage(replay)],
  ["first-loss", onPage(firstLoss)],
  ["step-time", onPage(stepTime)],
  ["memory", onPage(memory)],
  ["one-minute", onPage((page) => oneMinute(page, wholeNumber("seeds")))],
  ["cpu", measureCpu],
  ["gpu", measureGpu],
]);

const names = positionals.length > 0 ? positionals : [...BENCHES.keys()];
const unknown = names.filter((name) => !BENCHES.has(name));
if (unknown.length > 0) {
  console.error(
    `bench: no such bench: ${unknown.join(", ")}; expected some of ${[...BENCHES.keys()].join(", ")}.`,
  );
  process.exit(2);
}

const results: Record<string, object> = {};
try {
  for (const name of names) {
    console.error(`bench: ${name} ...`);
    const measured = await BENCHES.get(name)?.();
    if (measured === undefined) continue;
    results[name] = measured.result;
    const isForPeople = measured.text !== undefined && !values.json;
    console.log(isForPeople ? measured.text : JSON.stringify({ [name]: measured.result }));
  }
} finally {
  await pageInUse?.close();
}
if (values.out !== undefined) {
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    browser: pageInUse?.browserVersion,
  };
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
}
