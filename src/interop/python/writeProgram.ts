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
import { notebookText } from "./notebook.ts";
import type { Framework, FrameworkCode, ProgramOrder, ProgramTexts, Section } from "./program.ts";
import { programReadme } from "./readme.ts";
import { settingsCode, splitCode } from "./settingsCode.ts";

/** @throws PlaygroundError `file.unavailable` naming the layer that the framework lacks */
export function writeProgram(framework: Framework, given: ProgramOrder): ProgramTexts {
  const order = { ...given, settings: onWholeSet(given.settings) };
  const data = dataCode(order.settings);
  const code = framework.write(order, data.folder);
  const sections = sectionsOf(order, data, code);
  const cells = [importSection(data, code), ...sections, ...code.cells];
  return {
    "train.py": programText(header(order, framework, data, code), sections, code.main),
    "train.ipynb": notebookText(order, cells),
    "requirements.txt": `${framework.requirements(order.settings).join("\n")}\n`,
    "README.md": programReadme(order, framework, data),
    ...framework.files,
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

/** Settings follow the imports after one empty line, and functions have two before them, as `ruff format` has it. */
function programText(head: string, sections: readonly Section[], main: string): string {
  const [settings, ...others] = sections.map(({ code }) => code);
  return `${[`${head}\n\n${settings}`, ...others, main].join("\n\n\n")}\n`;
}

function sectionsOf(
  { settings, step, classes }: ProgramOrder,
  data: DataCode,
  code: FrameworkCode,
): readonly Section[] {
  const constants = [
    settingsCode(settings, "The settings of the run, as the tab had them.", classes),
    `START_STEP = ${step}  # The weights were read after this step.`,
    ...code.constants,
  ];
  const prepared = [
    ...[code.reader, data.code].filter((part) => part !== undefined),
    preparationCode(settings, code.resize),
    ...(isAugmented(settings) ? [augmentationCode(settings)] : []),
    code.batches,
    splitCode(settings),
  ];
  return [
    { title: "Settings", words: "Change them to try something else.", code: constants.join("\n") },
    {
      title: "Network",
      words: "Layers have the names that the table of layers shows.",
      code: code.network.join("\n\n\n"),
    },
    {
      title: "Data",
      words: "Images are read as bytes, and prepared batch by batch.",
      code: prepared.join("\n\n\n"),
    },
    {
      title: "Training",
      words: "Optimiser, learning rate and loss are those of the tab.",
      code: code.training.join("\n\n\n"),
    },
  ];
}

function importLines(data: DataCode, code: FrameworkCode, forNotebook: boolean): string {
  const common = ["import pathlib", "import sys", ...data.imports, ...code.standard];
  const all = new Set(forNotebook ? common : ["import argparse", ...common]);
  return `${sorted([...all])}\n\n${sorted(code.packages)}`;
}

/** As ruff sorts imports: `import` before `from`, and then by the alphabet. */
function sorted(lines: readonly string[]): string {
  const whole = lines.filter((line) => line.startsWith("import ")).toSorted();
  return [...whole, ...lines.filter((line) => line.startsWith("from ")).toSorted()].join("\n");
}

function importSection(data: DataCode, code: FrameworkCode): Section {
  const lines = `${importLines(data, code, true)}\n\nHERE = pathlib.Path.cwd()`;
  return { title: "Imports", words: "`pip install -r requirements.txt` brings them.", code: lines };
}

function header(
  { graph, recipe, step }: ProgramOrder,
  { title, commands }: Framework,
  data: DataCode,
  code: FrameworkCode,
): string {
  const given = data.folder === null ? "" : " --data PATH";
  const own = commands.map(([command, words]) => `    ${command}${given}   ${words}\n`);
  return `"""Trains ${graph.name} with ${title}: the recipe ${recipe}.

Xception Playground ${VERSION} wrote it. In a terminal:

    pip install -r requirements.txt
    python train.py${given}               goes on after step ${formatCount(step)}
    python train.py${given} --evaluate    only tests the weights
    python train.py${given} --fresh       starts again from new weights
${own.join("")}"""

${importLines(data, code, false)}

HERE = pathlib.Path(__file__).parent`;
}
