/** Writes the README of an exported program: what is in the folder, the commands, and where the program differs from the tab. */
import { formatCount } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import { preparationText } from "../../settings/preparationText.ts";
import type { DataCode } from "./dataCode.ts";
import { isAugmented } from "./dataCode.ts";
import { WEIGHTS_FILE } from "./keras/trainingCode.ts";
import type { ProgramOrder } from "./program.ts";

export function programReadme(order: ProgramOrder, data: DataCode): string {
  const { graph, recipe, step, settings } = order;
  const given = data.folder === null ? "" : " --data PATH";
  return `# ${graph.name} in Keras 3

Written by Xception Playground ${VERSION} from the recipe \`${recipe}\`, after step ${formatCount(step)}.

| file | contents |
| --- | --- |
| \`train.py\` | the program: settings, network, data, training |
| \`train.ipynb\` | the same as a notebook for Jupyter |
| \`${WEIGHTS_FILE}\` | the weights${order.hasOptimizer ? " and the state of the optimiser" : ""} |
| \`requirements.txt\` | the packages, in the versions that were checked |

    pip install -r requirements.txt
    python train.py${given} --evaluate    tests the weights
    python train.py${given}               trains the rest of the run, into the new folder trained/
    python train.py${given} --steps 100   trains 100 steps more
    python train.py${given} --fresh       starts again from new weights
${data.folder === null ? "" : `\nPATH is ${data.folder}.\n`}
The network is Keras' own: \`KERAS_BACKEND=jax\` (or \`torch\`) runs the same program, when that package is installed.

Preparation: ${preparationText(settings)}

## Where it differs from the tab

${differences(order)
  .map((line) => `- ${line}`)
  .join("\n")}
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
    ...((dataSet === "fashion-mnist" || dataSet === "starter") && holdOut > 0
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
