/** `summary RECIPE|FILE [options]`: prints the network's table as Keras does. */
import { existsSync } from "node:fs";
import { formatBytes, formatCount } from "../core/units.ts";
import { analyze } from "../network/analyze.ts";
import { trainingMemoryBytes } from "../network/memory.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { summarize } from "../network/summary.ts";
import { summaryText } from "../network/summaryText.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { RECIPES } from "../settings/recipes/registry.ts";
import { assignmentOf, withAssignments } from "./assignments.ts";
import { createCommand, say } from "./commandLine.ts";
import { openModelAt } from "./modelOnDisk.ts";
import { recipeNamed, SET_OPTION } from "./words.ts";

export function summaryCommand() {
  return createCommand({
    name: "summary",
    description: "Prints the network's layers as Keras' model.summary() does, and what it costs.",
    examples: [
      ["npm run summary -- paper", "the paper's network"],
      ["npm run summary -- paper --set middleRepeats=3 --macs", "another one, with its MACs"],
      ["npm run --silent summary -- paper --json", "for a program"],
    ],
    notes: [`Recipes: ${RECIPES.map(({ id }) => id).join(", ")}`],
  })
    .argument("<recipe>", "whose network: a recipe, or the file or folder of a model")
    .addOption(SET_OPTION)
    .option("--macs", "a column with the multiply-accumulates for one image")
    .option("--json", "prints one JSON object on stdout and nothing else there")
    .action(async (recipe, { set = [], macs = false, json = false }) => {
      const isModel = !RECIPES.some(({ id }) => id === recipe) && existsSync(recipe);
      const model = isModel ? await openModelAt(recipe) : undefined;
      const given = model === undefined ? recipeNamed(recipe) : oneMinute;
      const settings = withAssignments(given.settings, set.map(assignmentOf));
      const analysis = analyze(model?.graph ?? buildNetwork(settings));
      const memory = trainingMemoryBytes(analysis, settings);
      const summary = summarize(model?.graph.name ?? recipe, analysis, memory);
      for (const line of model === undefined ? [] : [model.origin, ...model.notes]) say(line);
      const text = [
        summaryText(summary, { macs }),
        ` MACs per image: ${formatCount(summary.macs)}`,
        ` Training memory, estimate: ${formatBytes(summary.memoryBytes)}`,
      ].join("\n");
      process.stdout.write(`${json ? JSON.stringify(summary) : text}\n`);
    });
}
