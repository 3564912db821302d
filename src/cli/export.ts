/**
 * `export SOURCE --python DIR`: writes a run as a program for Keras or PyTorch. SOURCE is what `train` wrote, a file of a run, a
 * model of another program (.keras, .h5, .onnx), or a recipe, whose network is then untrained.
 */
import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { PlaygroundError } from "../core/errors.ts";
import { formatCount } from "../core/units.ts";
import { NETWORK_FORMATS, PROGRAM_FORMATS } from "../interop/networkFiles.ts";
import { RECIPES } from "../settings/recipes/registry.ts";
import { createCommand, say } from "./commandLine.ts";
import { exportedNetwork } from "./exported/exportedNetwork.ts";
import { requireWritableFolder } from "./training/modelFolder.ts";

export function exportCommand() {
  return createCommand({
    name: "export",
    description:
      "Writes a run as a program for Keras 3 or PyTorch: readable code, a notebook, the weights and the optimiser's state.",
    examples: [
      ["npm run export -- trained/one-minute --python my-run", "what train wrote there"],
      ["npm run export -- NAME.runs.zip --python my-run", "a run that the page exported"],
      ["npm run export -- model.h5 --python my-run", "a model of another program"],
      ["npm run export -- one-minute --python my-run", "a recipe, untrained"],
      ["npm run export -- one-minute --python my-run --framework pytorch", "for PyTorch"],
    ],
    notes: [
      "A run file with several runs: name the run with --run.\nNothing in DIR is overwritten.",
      `Recipes: ${RECIPES.map(({ id }) => id).join(", ")}`,
    ],
  })
    .argument("<source>", "a folder that train wrote, a file of a run, a model, or a recipe")
    .option("--python <dir>", "the folder for the program")
    .addOption(
      new Option("--framework <name>", "the framework of the program")
        .choices(["keras", "pytorch"] as const)
        .default("keras" as const),
    )
    .option("--run <name>", "which run of the file")
    .action(async (source, { python: folder, framework, run }) => {
      if (folder === undefined) throw noFolder();
      const network = await exportedNetwork(source, run);
      const { fileNames, files } = NETWORK_FORMATS[PROGRAM_FORMATS[framework]];
      await requireFree(folder, fileNames);
      const made = await files(network);
      await requireWritableFolder(folder, "--python");
      // Another program may have written one of the files since, so each is created and never replaced.
      for (const { name, bytes } of made) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), bytes, { flag: "wx" });
      }
      const state = network.optimizer === undefined ? "without" : "with";
      say(
        `${network.recipe} after step ${formatCount(network.step)}, ${state} the state of the optimiser, written to ${folder}:`,
      );
      for (const name of fileNames) process.stdout.write(`${join(folder, name)}\n`);
    });
}

/** @throws PlaygroundError `file.unwritable` for a folder in which one of the files exists. */
async function requireFree(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const exists = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    throw new PlaygroundError({
      code: "file.unwritable",
      where: "--python",
      rule: "no file is overwritten",
      expected: "a folder without a program",
      got: join(folder, name),
      remedy: "Name another folder.",
    });
  }
}

function noFolder(): PlaygroundError {
  return new PlaygroundError({
    code: "command.invalid",
    where: "--python",
    rule: "the folder for the program is not named",
    expected: "--python DIR",
    got: "nothing",
    remedy: "Name a new folder.",
  });
}
