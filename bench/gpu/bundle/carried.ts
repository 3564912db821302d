/**
 * `bench gpu` in the folder that `--bundle` writes: the same measurement without the repository. It prints the table and writes
 * the JSON to a file named after the adapter, unless another name is given.
 */
import { createCommand, runCommandLine } from "../../../src/cli/commandLine.ts";
import { writeResults } from "../../writeResults.ts";
import { gpu } from "../gpu.ts";
import { gpuTable } from "../gpuTable.ts";
import { type GpuValues, gpuOptions, withGpuOptions } from "../options.ts";

await runCommandLine(
  withGpuOptions(
    createCommand({
      name: "start",
      description: "Measures WebGPU on this machine, ours beside stock TensorFlow.js.",
      examples: [["./start.sh --cases 94/1/3/64 --rounds 9", "one network"]],
    }),
  )
    .option("--out <file>", "where the JSON goes (default: gpu-ADAPTER.json)")
    .action(measure),
);

async function measure({
  out,
  ...values
}: GpuValues & { readonly out?: string | undefined }): Promise<void> {
  try {
    const result = await gpu(gpuOptions(values));
    const { description, vendor, architecture } = result.adapter;
    const words = (description || `${vendor} ${architecture}`)
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.slice(0, 4);
    const file = out ?? `gpu-${words?.join("-") ?? "unknown"}.json`;
    writeResults(file, { gpu: result });
    console.log(`${gpuTable(result)}\n\nWritten to ${file}.`);
    // Dawn keeps the process alive, so it is ended explicitly.
    process.exit(result.cases.some(({ failure }) => failure !== undefined) ? 1 : 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
