/**
 * The process of one turn of `bench pairs`: `tsx timedSteps.ts ENGINE CASE STEPS`, in the checkout to measure, whose modules it
 * loads. It prints the median time of a step in milliseconds and the sum of the losses of all steps as JSON.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../median.ts";

type Engines = typeof import("../../src/cli/engines.ts");
type Networks = typeof import("../../src/network/networks/registry.ts");
type Cases = typeof import("../../src/plan/planCases.ts");
type Names = typeof import("../network.ts");

const THREADS = 2;
const WARM_UP_STEPS = 3;
const PIXELS = 28 * 28;

const moduleOf = (path: string) => import(pathToFileURL(join(process.cwd(), path)).href);
const { openWasm, openWebgpu }: Engines = await moduleOf("src/cli/engines.ts");
const { buildNetwork }: Networks = await moduleOf("src/network/networks/registry.ts");
const { planOptions }: Cases = await moduleOf("src/plan/planCases.ts");
const { settingsOfCase }: Names = await moduleOf("bench/network.ts");

const [, , engine = "", name = "", steps = ""] = process.argv;
const settings = settingsOfCase(name);
const { batchSize } = settings;
const options = planOptions(buildNetwork(settings), { batchSize });
const executor = await (engine === "wasm" ? openWasm(options, THREADS) : openWebgpu(options));
const batch = {
  ...({ kind: "pixels", numImages: batchSize, height: 28, width: 28, channels: 1 } as const),
  pixels: Uint8Array.from({ length: batchSize * PIXELS }, (_, index) => (index * 37) % 256),
  labels: Uint8Array.from({ length: batchSize }, (_, index) => index % 10),
};

let lossSum = 0;
async function step(): Promise<number> {
  const began = performance.now();
  await executor.trainStep(batch, settings.learningRate);
  lossSum += (await executor.readMetrics()).lossSum;
  return performance.now() - began;
}

const times: number[] = [];
for (let index = 0; index < WARM_UP_STEPS; index += 1) await step();
for (let index = 0; index < Number(steps); index += 1) times.push(await step());
executor.dispose();
console.log(JSON.stringify({ stepMs: median(times), lossSum }));
// The helper threads of the compiled engine would keep the process.
process.exit(0);
