/** Writes the README of an exported program: what is in the folder, the commands, and where the program differs from the tab. */
import { formatCount } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import { preparationText } from "../../settings/preparationText.ts";
import type { DataCode } from "./dataCode.ts";
import { isAugmented } from "./dataCode.ts";
import type { Framework, ProgramOrder } from "./program.ts";

export function programReadme(
  order: ProgramOrder,
  framework: Framework,
  { folder }: Pick<DataCode, "folder">,
): string {
  const { graph, recipe, step, settings } = order;
  const given = folder === null ? "" : " --data PATH";
  const own = framework.commands.map(([command, words]) => `    ${command}${given}   ${words}\n`);
  return `# ${graph.name} in ${framework.title}

Written by Xception Playground ${VERSION} from the recipe \`${recipe}\`, after step ${formatCount(step)}.

| file | contents |
| --- | --- |
| \`train.py\` | the program${framework.isSplit ? "" : ": settings, network, data, training"} |
| \`train.ipynb\` | the same as a notebook for Jupyter |
| \`${framework.weightsFile}\` | the weights${order.hasOptimizer ? " and the state of the optimiser" : ""} |
| \`requirements.txt\` | the packages, in the versions that were checked |
${framework.fileWords.map(([name, words]) => `| \`${name}\` | ${words} |\n`).join("")}
    pip install -r requirements.txt
    python train.py${given} --evaluate    tests the weights
    python train.py${given}               trains the rest of the run, into the new folder trained/
    python train.py${given} --steps 100   trains 100 steps more
    python train.py${given} --fresh       starts again from new weights
${own.join("")}${folder === null ? "" : `\nPATH is ${folder}.\n`}
${framework.words}

Preparation: ${preparationText(settings)}

## Where it differs from the tab

${[...differences(order), ...framework.differences(order)].map((line) => `- ${line}`).join("\n")}
`;
}

function differences({ settings, step, hasOptimizer }: ProgramOrder): readonly string[] {
  const { dataSet, holdOut, mixedPrecision, stopAccuracy, timeLimit } = settings;
  return [
    "Batches come in another order, because the random numbers are NumPy's.",
    ...(dataSet === "starter"
      ? [
          "The starter set is a sample of Fashion-MNIST; the program takes as many of its first images.",
        ]
      : []),
    ...(!isOwnDataSet(dataSet) && holdOut > 0
      ? ["The last training images are held out; the tab draws its own from the last shards."]
      : []),
    ...(isAugmented(settings) ? ["Distortions follow the same rules, with other draws."] : []),
    ...(step > 0 && !hasOptimizer
      ? ["The state of the optimiser was not to be had, so it starts afresh."]
      : []),
    ...(mixedPrecision ? ["The tab stored feature maps in 16 bits; the program uses 32."] : []),
    ...(timeLimit > 0 ? ["The limit of the time is left out."] : []),
    ...(stopAccuracy > 0 ? ["Accuracy is compared with its goal after each epoch."] : []),
  ];
}
