/**
 * `npm run bench -- [NAME ...] [options]`: measures and prints one JSON object for each bench, or a table when the bench has
 * one and --json is not given. Benches are never part of the tests, because a machine's speed is not a property of the program.
 * Every bench checks its result before it reports a time.
 */
import { createCommand, runCommandLine } from "../src/cli/commandLine.ts";
import { requireName } from "../src/cli/words.ts";
import { PlaygroundError } from "../src/core/errors.ts";
import { bundle } from "./bundle.ts";
import { checkpoints } from "./checkpoints/checkpoints.ts";
import { cpu } from "./cpu/cpu.ts";
import { cpuTable } from "./cpu/cpuTable.ts";
import { firstLoss } from "./firstLoss.ts";
import { gpuTable } from "./gpu/gpuTable.ts";
import { type GpuValues, gpuOptions, withGpuOptions } from "./gpu/options.ts";
import { memory } from "./memory.ts";
import { oneMinute } from "./oneMinute.ts";
import { openModel } from "./openModel.ts";
import { type BenchPage, openBenchPage } from "./page.ts";
import { pairs, pairsTable } from "./pairs/pairs.ts";
import { pictures } from "./pictures/pictures.ts";
import { replay } from "./replay.ts";
import { runs } from "./runs.ts";
import { slider } from "./slider.ts";
import { stepTime } from "./stepTime.ts";
import { wholeNumber } from "./wholeNumber.ts";
import { writeResults } from "./writeResults.ts";

interface Values extends GpuValues {
  readonly seeds: string;
  readonly prototype?: string | undefined;
  readonly python?: string | undefined;
  readonly threads: string;
  readonly bundle?: string | undefined;
  readonly platform?: string | undefined;
  readonly withNode?: true | undefined;
  readonly against?: string | undefined;
  readonly pairs: string;
  readonly pictures: string;
}

interface Measurement {
  readonly result: object;
  /** For people; without it, they read the JSON. */
  readonly text?: string;
}

async function measureCpu(values: Values): Promise<Measurement> {
  const result = await cpu({
    ...gpuOptions(values),
    prototype: values.prototype,
    python: values.python,
    threads: wholeNumber("threads", values.threads),
  });
  return { result, text: cpuTable(result) };
}

async function measureGpu(values: Values): Promise<Measurement> {
  if (values.bundle !== undefined) {
    const { ownPlatform, writeBundle } = await import("./gpu/bundle/writeBundle.ts");
    const [folder, platform] = [values.bundle, values.platform ?? ownPlatform()];
    const written = await writeBundle({ folder, platform, withNode: values.withNode === true });
    return { result: written };
  }
  // The engines of this bench need Dawn, an optional package.
  const { gpu } = await import("./gpu/gpu.ts");
  const result = await gpu(gpuOptions(values));
  return { result, text: gpuTable(result) };
}

async function measurePairs(values: Values): Promise<Measurement> {
  if (values.against === undefined)
    throw new PlaygroundError({
      code: "command.invalid",
      where: "bench pairs",
      rule: "it compares this checkout with another one",
      remedy: "Give the other's folder: --against FOLDER.",
    });
  const result = await pairs({
    against: values.against,
    pairs: wholeNumber("pairs", values.pairs),
  });
  return { result, text: pairsTable(result) };
}

let pageInUse: BenchPage | undefined;

/** For benches of the product's own page, which share one browser. */
const onPage = (bench: (page: BenchPage) => Promise<object>) => async (): Promise<Measurement> => {
  pageInUse ??= await openBenchPage();
  return { result: await bench(pageInUse) };
};

const BENCHES: ReadonlyMap<string, (values: Values) => Promise<Measurement>> = new Map<
  string,
  (values: Values) => Promise<Measurement>
>([
  ["bundle", onPage(bundle)],
  ["slider", onPage(slider)],
  ["replay", onPage(replay)],
  ["runs", onPage(runs)],
  ["checkpoints", onPage(checkpoints)],
  ["first-loss", onPage(firstLoss)],
  ["step-time", onPage(stepTime)],
  ["memory", onPage(memory)],
  [
    "pictures",
    (values) => onPage((page) => pictures(page, wholeNumber("pictures", values.pictures)))(),
  ],
  ["open-model", onPage(openModel)],
  ["one-minute", ({ seeds }) => onPage((page) => oneMinute(page, wholeNumber("seeds", seeds)))()],
  ["cpu", measureCpu],
  ["gpu", measureGpu],
  ["pairs", measurePairs],
]);

async function measure(
  names: readonly string[],
  values: Values & { readonly json?: true | undefined; readonly out?: string | undefined },
): Promise<void> {
  const results: Record<string, object> = {};
  try {
    for (const name of names) {
      console.error(`bench: ${name} ...`);
      const measured = await BENCHES.get(name)?.(values);
      if (measured === undefined) continue;
      results[name] = measured.result;
      const isForPeople = measured.text !== undefined && !values.json;
      console.log(isForPeople ? measured.text : JSON.stringify({ [name]: measured.result }));
    }
  } finally {
    await pageInUse?.close();
  }
  if (values.out !== undefined) writeResults(values.out, results, pageInUse?.browserVersion);
}

/** A comparison needs another checkout, so it is not among the benches that run without a name. */
const NAMES = [...BENCHES.keys()];
const DEFAULT_NAMES = NAMES.filter((name) => name !== "pairs");

await runCommandLine(
  withGpuOptions(
    createCommand({
      name: "bench",
      description: "Measures this machine; without a name, everything.",
      examples: [
        ["npm run bench -- bundle slider", "two of them"],
        ["npm run bench -- one-minute --seeds 5", "mean and spread of the recipe's accuracy"],
        ["npm run bench -- cpu --cases 48/0.25/3/64", "the compiled engine beside others"],
        ["npm run bench -- pairs --against FOLDER", "another checkout, in turns"],
        ["npm run bench -- gpu --bundle FOLDER", "a folder to measure on another machine"],
      ],
      notes: [`Benches: ${NAMES.join(", ")}`],
    }),
  )
    .argument("[name...]", "what to measure")
    .option("--json", "prints JSON where the bench has a table")
    .option("--out <file>", "writes the results there, as JSON")
    .option("--seeds <n>", "one-minute: runs, with the seeds 1 to N", "1")
    .option("--prototype <folder>", "cpu: beside the prototype that is built there")
    .option("--python <program>", "cpu: beside its PyTorch")
    .option("--threads <n>", "cpu: of everybody", "2")
    .option("--against <folder>", "pairs: the checkout to compare this one with")
    .option("--pairs <n>", "pairs: turns of both", "11")
    .option("--pictures <n>", "pictures: how many the zip holds", "50000")
    .option("--bundle <folder>", "gpu: writes what to carry to another machine")
    .option("--platform <name>", "gpu --bundle: for another system than this one")
    .option("--with-node", "gpu --bundle: brings Node too")
    .action(async (names, options) => {
      const rule = {
        code: "command.invalid",
        where: "bench",
        rule: "no bench has this name",
      } as const;
      const chosen = names.map((name) => requireName(name, NAMES, rule));
      await measure(chosen.length > 0 ? chosen : DEFAULT_NAMES, options);
    }),
);
