/**
 * `bench gpu` in the folder that `--bundle` writes: the same measurement without the repository. Writes the JSON beside the
 * table, under the adapter's name where no other is given.
 */
import { parseArgs } from "node:util";
import { writeResults } from "../../writeResults.ts";
import { gpu } from "../gpu.ts";
import { gpuTable } from "../gpuTable.ts";
import { GPU_OPTIONS, gpuOptions } from "../options.ts";

const { values } = parseArgs({ options: { ...GPU_OPTIONS, out: { type: "string" } } });

try {
  const result = await gpu(gpuOptions(values));
  const { description, vendor, architecture } = result.adapter;
  const words = (description || `${vendor} ${architecture}`)
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.slice(0, 4);
  const file = values.out ?? `gpu-${words?.join("-") ?? "unknown"}.json`;
  writeResults(file, { gpu: result });
  console.log(`${gpuTable(result)}\n\nWritten to ${file}.`);
  // Dawn keeps the process alive as long as anybody could ask it for something.
  process.exit(result.cases.some(({ failure }) => failure !== undefined) ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
