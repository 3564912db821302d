/** `npm run summary -- RECIPE [--set key=value ...] [--macs] [--json]`: the network's table, as Keras prints it. */
import { formatBytes, formatCount } from "../core/units.ts";
import { analyze } from "../spec/analyze.ts";
import { trainingMemoryBytes } from "../spec/memory.ts";
import { buildNetwork } from "../spec/networks/registry.ts";
import { RECIPES } from "../spec/recipes/registry.ts";
import { summarize } from "../spec/summary.ts";
import { summaryText } from "../spec/summaryText.ts";
import { readArguments, runCommand, settingsFromArguments } from "./arguments.ts";

await runCommand(() => {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      set: { type: "string", multiple: true, default: [] },
      macs: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [recipe] = positionals;
  if (recipe === undefined || positionals.length > 1) {
    process.stderr.write(
      "Usage: npm run summary -- RECIPE [--set key=value ...] [--macs] [--json]\n",
    );
    process.stderr.write(`Recipes: ${RECIPES.map(({ id }) => id).join(", ")}\n`);
    return 2;
  }
  const settings = settingsFromArguments(recipe, values.set);
  const analysis = analyze(buildNetwork(settings));
  const summary = summarize(recipe, analysis, trainingMemoryBytes(analysis, settings));
  const text = [
    summaryText(summary, { macs: values.macs }),
    ` MACs per image: ${formatCount(summary.macs)}`,
    ` Training memory, estimate: ${formatBytes(summary.memoryBytes)}`,
  ].join("\n");
  process.stdout.write(`${values.json ? JSON.stringify(summary) : text}\n`);
  return 0;
});
