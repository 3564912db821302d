/** `npm run summary -- RECIPE [--set key=value ...] [--json]`: the network's table, as counted. */
import { analyze } from "../spec/analyze.ts";
import { trainingMemoryBytes } from "../spec/memory.ts";
import { buildNetwork } from "../spec/networks/registry.ts";
import { RECIPES } from "../spec/recipes/registry.ts";
import { summarize, summaryText } from "../spec/summary.ts";
import { readArguments, runCommand, settingsFromArguments } from "./arguments.ts";

await runCommand(() => {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      set: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  const [recipe] = positionals;
  if (recipe === undefined || positionals.length > 1) {
    process.stderr.write("Usage: npm run summary -- RECIPE [--set key=value ...] [--json]\n");
    process.stderr.write(`Recipes: ${RECIPES.map(({ id }) => id).join(", ")}\n`);
    return 2;
  }
  const settings = settingsFromArguments(recipe, values.set);
  const analysis = analyze(buildNetwork(settings));
  const summary = summarize(recipe, analysis, trainingMemoryBytes(analysis, settings));
  process.stdout.write(`${values.json ? JSON.stringify(summary) : summaryText(summary)}\n`);
  return 0;
});
