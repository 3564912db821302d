/**
 * Writes a run as a program for Keras 3, which reads as if a person had written it: `train.py`, the same as a notebook, the
 * weights with the optimiser's state, the pinned packages and a README.
 */
import { formatCount } from "../../../core/units.ts";
import { VERSION } from "../../../core/version.ts";
import type { Settings } from "../../../settings/settings.ts";
import { inKerasOrder } from "../../keras/kerasOrder.ts";
import {
  augmentationCode,
  batchesCode,
  type DataCode,
  dataCode,
  isAugmented,
  preparationCode,
} from "../dataCode.ts";
import { notebookText } from "../notebook.ts";
import type { ProgramOrder, Section } from "../program.ts";
import { callText, literal } from "../pythonText.ts";
import { programReadme } from "../readme.ts";
import { settingsCode, splitCode, totalSteps } from "../settingsCode.ts";
import { networkCode } from "./networkCode.ts";
import { compileCode, loadCode, mainCode, type Start, trainCode } from "./trainingCode.ts";

/** The newest versions that `npm run test:python` has checked the programs with. */
const REQUIREMENTS = ["keras==3.15.1", "tensorflow==2.21.0", "numpy==2.4.6"];

export interface KerasProgram {
  readonly "train.py": string;
  readonly "train.ipynb": string;
  readonly "requirements.txt": string;
  readonly "README.md": string;
}

/** @throws PlaygroundError `file.unavailable` naming the layer that Keras lacks */
export function kerasProgram(given: ProgramOrder): KerasProgram {
  const order = { ...given, settings: onWholeSet(given.settings) };
  const { settings, step } = order;
  const data = dataCode(settings);
  const start: Start = { step, hasOptimizer: order.hasOptimizer, frozen: frozenOf(order) };
  const sections = sectionsOf(order, data, start);
  const main = mainCode(settings, data.folder);
  return {
    "train.py": programText(header(order, data), sections, main),
    "train.ipynb": notebookText(
      order,
      data,
      [importSection(data), ...sections],
      totalSteps(settings),
    ),
    "requirements.txt": `${REQUIREMENTS.join("\n")}\n`,
    "README.md": programReadme(order, data),
  };
}

const STARTER_IMAGES = 5000;

/** Keras downloads the whole of Fashion-MNIST, of which the starter set is a part. */
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

function sectionsOf(order: ProgramOrder, data: DataCode, start: Start): readonly Section[] {
  const { settings, graph, isBuilt } = order;
  const constants = [
    settingsCode(settings, "The settings of the run, as the tab had them.", order.classes),
    `START_STEP = ${start.step}  # The weights were read after this step.`,
    ...(typeof start.frozen === "number"
      ? []
      : [callText("FROZEN = [", start.frozen.map(literal), "]")]),
  ];
  const prepared = [
    preparationCode(settings),
    ...(isAugmented(settings) ? [augmentationCode(settings)] : []),
    batchesCode(settings),
    splitCode(settings),
  ];
  return [
    { title: "Settings", words: "Change them to try something else.", code: constants.join("\n") },
    {
      title: "Network",
      words: "Layers have the names that the table of layers shows.",
      code: networkCode(graph, isBuilt ? settings : null),
    },
    {
      title: "Data",
      words: "Images are read as bytes, and prepared batch by batch.",
      code: [data.code, ...prepared].join("\n\n\n"),
    },
    {
      title: "Training",
      words: "Optimiser, learning rate and loss are those of the tab.",
      code: [compileCode(settings), loadCode(start), trainCode(settings)].join("\n\n\n"),
    },
  ];
}

function importLines({ imports }: DataCode, forNotebook: boolean): string {
  const standard = ["import pathlib", "import sys", ...imports];
  const all = [...new Set(forNotebook ? standard : ["import argparse", ...standard])].sort();
  return `${all.join("\n")}\n\nimport keras\nimport numpy as np\nfrom keras import layers`;
}

function importSection(data: DataCode): Section {
  const code = `${importLines(data, true)}\n\nHERE = pathlib.Path.cwd()`;
  return { title: "Imports", words: "`pip install -r requirements.txt` brings them.", code };
}

function header({ graph, recipe, step }: ProgramOrder, data: DataCode): string {
  const given = data.folder === null ? "" : " --data PATH";
  return `"""Trains ${graph.name} with Keras 3: the recipe ${recipe}.

Xception Playground ${VERSION} wrote it. In a terminal:

    pip install -r requirements.txt
    python train.py${given}               goes on after step ${formatCount(step)}
    python train.py${given} --evaluate    only tests the weights
    python train.py${given} --fresh       starts again from new weights
"""

${importLines(data, false)}

HERE = pathlib.Path(__file__).parent`;
}

/** Keras lists layers in its own order; a number is enough where its first layers are the frozen ones. */
function frozenOf({ graph, settings }: ProgramOrder): Start["frozen"] {
  const { frozenLayers } = settings;
  const frozen = new Set(graph.layers.slice(0, frozenLayers).map(({ name }) => name));
  const first = inKerasOrder(graph).slice(0, frozenLayers);
  if (first.every(({ name }) => frozen.has(name))) return frozen.size;
  return graph.layers
    .slice(0, frozenLayers)
    .filter(({ type }) => type !== "InputLayer")
    .map(({ name }) => name.replaceAll("/", "_"));
}
