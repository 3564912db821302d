/**
 * Writes a run as a program, which reads as if a person had written it: `train.py`, the same as a notebook, the pinned packages and
 * a README. A framework writes the network, the batches and the training; all else is the same in every program.
 */
import { formatCount } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import type { Settings } from "../../settings/settings.ts";
import {
  augmentationCode,
  type DataCode,
  dataCode,
  isAugmented,
  preparationCode,
} from "./dataCode.ts";
import { importsOf, joined, type ModuleCode } from "./modules.ts";
import { notebookText } from "./notebook.ts";
import type { Framework, FrameworkCode, ProgramOrder, ProgramTexts, Section } from "./program.ts";
import { programReadme } from "./readme.ts";
import { settingsCode, splitCode } from "./settingsCode.ts";

/**
 * Returns the texts of the program by the names of their files.
 *
 * @throws PlaygroundError `file.unavailable` naming the layer that the framework lacks
 */
export function writeProgram(framework: Framework, given: ProgramOrder): ProgramTexts {
  const order = { ...given, settings: onWholeSet(given.settings) };
  const data = dataCode(order.settings);
  const code = framework.write(order, data.folder);
  const parts = partsOf(order, data, code);
  const doc = docText(order, framework, data);
  const cells = [...Object.values(parts), ...code.cells];
  const here = "HERE = pathlib.Path.cwd()";
  const all = [here, ...cells.map((cell) => cell.code)].join("\n");
  const top = joined(importsOf(all, code.packages), here);
  const imports = {
    title: "Imports",
    words: "`pip install -r requirements.txt` brings them.",
    code: top,
  };
  return {
    ...(framework.isSplit ? severalFiles(doc, parts, code) : oneFile(doc, parts, code)),
    "train.ipynb": notebookText(order, [imports, ...cells]),
    "requirements.txt": `${framework.requirements(order.settings).join("\n")}\n`,
    "README.md": programReadme(order, framework, data),
    ...framework.files,
  };
}

type Part = "settings" | "network" | "data" | "training";

const HERE = "HERE = pathlib.Path(__file__).parent";

/** Settings follow the imports after one empty line, and functions have two before them, as `ruff format` has it. */
function oneFile(
  doc: string,
  parts: Readonly<Record<Part, Section>>,
  { main, packages }: FrameworkCode,
) {
  const { settings, network, data, training } = parts;
  const start = `${HERE}\n\n${settings.code}`;
  const whole = [start, network.code, data.code, training.code, main].join("\n\n\n");
  return { "train.py": `${doc}\n\n${joined(importsOf(whole, packages), whole)}\n` };
}

/** Each file imports from those before it. */
function severalFiles(
  doc: string,
  { settings, network, data, training }: Readonly<Record<Part, Section>>,
  { main, packages }: FrameworkCode,
) {
  const modules: ModuleCode[] = [];
  const file = (name: string, words: string, text: string) => {
    const imports = importsOf(text, packages, modules);
    modules.push({ name, code: text });
    return `${words}\n\n${joined(imports, text)}\n`;
  };
  const part = (name: string, { title, words, code }: Section) =>
    file(name, `"""${title}. ${words}"""`, code);
  return {
    "settings.py": part("settings", { ...settings, code: `${HERE}\n\n${settings.code}` }),
    "network.py": part("network", network),
    "data.py": part("data", data),
    "train.py": file("train", doc, `${training.code}\n\n\n${main}`),
  };
}

const STARTER_IMAGES = 5000;

/** Packages download the whole of Fashion-MNIST, of which the starter set is a part. */
function onWholeSet(settings: Settings): Settings {
  if (settings.dataSet !== "starter") return settings;
  const { trainingImages } = settings;
  const taken = trainingImages === 0 ? STARTER_IMAGES : Math.min(trainingImages, STARTER_IMAGES);
  return { ...settings, trainingImages: taken };
}

function partsOf(
  { settings, step, classes }: ProgramOrder,
  data: DataCode,
  code: FrameworkCode,
): Readonly<Record<Part, Section>> {
  const constants = [
    settingsCode(settings, "The settings of the run, as the tab had them.", classes),
    `START_STEP = ${step}  # The weights were read after this step.`,
    ...code.constants,
  ];
  const prepared = [
    ...code.reader,
    ...(data.code === undefined ? [] : [data.code]),
    preparationCode(settings, code.resize),
    ...(isAugmented(settings) ? [augmentationCode(settings)] : []),
    code.batches,
    splitCode(settings),
  ];
  return {
    settings: {
      title: "Settings",
      words: "Change them to try something else.",
      code: constants.join("\n"),
    },
    network: {
      title: "Network",
      words: "Layers have the names that the table of layers shows.",
      code: code.network.join("\n\n\n"),
    },
    data: {
      title: "Data",
      words: "Images are read as bytes, and prepared batch by batch.",
      code: prepared.join("\n\n\n"),
    },
    training: {
      title: "Training",
      words: "Optimiser, learning rate and loss are those of the tab.",
      code: code.training.join("\n\n\n"),
    },
  };
}

function docText(
  { graph, recipe, step }: ProgramOrder,
  { title, commands }: Framework,
  { folder }: DataCode,
): string {
  const given = folder === null ? "" : " --data PATH";
  const own = commands.map(([command, words]) => `    ${command}${given}   ${words}\n`);
  return `"""Trains ${graph.name} with ${title}: the recipe ${recipe}.

Xception Playground ${VERSION} wrote it. In a terminal:

    pip install -r requirements.txt
    python train.py${given}               goes on after step ${formatCount(step)}
    python train.py${given} --evaluate    only tests the weights
    python train.py${given} --fresh       starts again from new weights
${own.join("")}"""`;
}
