/**
 * `npm run bench -- [NAME ...] [--json] [--out FILE]`: measures, prints one JSON object a bench, or a table where the
 * bench has one and --json does not ask otherwise. Never part of the tests: what a machine does today is no property
 * of the program. Every bench checks its result before it reports a time.
 */
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { cpu } from "./cpu/cpu.ts";
import { cpuTable } from "./cpu/cpuTable.ts";
import { firstLoss } from "./firstLoss.ts";
import { gpuTable } from "./gpu/gpuTable.ts";
import { GPU_OPTIONS, gpuOptions } from "./gpu/options.ts";
import { memory } from "./memory.ts";
import { oneMinute } from "./oneMinute.ts";
import { type BenchPage, openBenchPage } from "./page.ts";
import { replay } from "./replay.ts";
import { slider } from "./slider.ts";
import { stepTime } from "./stepTime.ts";
import { wholeNumber } from "./wholeNumber.ts";
import { writeResults } from "./writeResults.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    out: { type: "string" },
    // Of one-minute.
    seeds: { type: "string", default: "1" },
    // Of cpu, which takes cases, rounds and turn-ms too.
    prototype: { type: "string" },
    python: { type: "string" },
    threads: { type: "string", default: "2" },
    // Of gpu.
    ...GPU_OPTIONS,
    bundle: { type: "string" },
    platform: { type: "string" },
    "with-node": { type: "boolean", default: false },
  },
});

interface Measurement {
  readonly result: object;
  /** For people; without one, they read the JSON. */
  readonly text?: string;
}

async function measureCpu(): Promise<Measurement> {
  const result = await cpu({
    ...gpuOptions(values),
    prototype: values.prototype,
    python: values.python,
    threads: wholeNumber("threads", values.threads),
  });
  return { result, text: cpuTable(result) };
}

async function measureGpu(): Promise<Measurement> {
  if (values.bundle !== undefined) {
    const { ownPlatform, writeBundle } = await import("./gpu/bundle/writeBundle.ts");
    const [folder, platform] = [values.bundle, values.platform ?? ownPlatform()];
    const written = await writeBundle({ folder, platform, withNode: values["with-node"] });
    return { result: written };
  }
  // Its engines are only there where Dawn, an optional package, is installed.
  const { gpu } = await import("./gpu/gpu.ts");
  const result = await gpu(gpuOptions(values));
  return { result, text: gpuTable(result) };
}

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
  ["one-minute", onPage((page) => oneMinute(page, wholeNumber("seeds", values.seeds)))],
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
if (values.out !== undefined) writeResults(values.out, results, pageInUse?.browserVersion);
