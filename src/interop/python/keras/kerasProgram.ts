/** What Keras 3 writes of a program. */
import { inKerasOrder } from "../../keras/kerasOrder.ts";
import type { Framework, FrameworkCode, ProgramOrder } from "../program.ts";
import { callText, literal } from "../pythonText.ts";
import { stepsCode } from "../settingsCode.ts";
import { batchesCode, RESIZE, readerCode } from "./dataCode.ts";
import { networkCode } from "./networkCode.ts";
import {
  cells,
  compileCode,
  loadCode,
  mainCode,
  type Start,
  trainCode,
  WEIGHTS_FILE,
} from "./trainingCode.ts";

export const KERAS: Framework = {
  title: "Keras 3",
  weightsFile: WEIGHTS_FILE,
  requirements: ({ dataSet }) => [
    ...["keras==3.15.1", "tensorflow==2.21.0", "numpy==2.4.6"],
    ...(dataSet === "images" ? ["pillow==13.0.0"] : []),
  ],
  commands: [],
  words:
    "The network is Keras' own: `KERAS_BACKEND=jax` (or `torch`) runs the same program, when that package is installed.",
  differences: () => [],
  write: codeOf,
};

function codeOf(order: ProgramOrder, folder: string | null): FrameworkCode {
  const { graph, settings, isBuilt, step, hasOptimizer } = order;
  const start: Start = { step, hasOptimizer, frozen: frozenOf(order) };
  return {
    standard: [],
    packages: ["import keras", "import numpy as np", "from keras import layers"],
    constants:
      typeof start.frozen === "number"
        ? []
        : [callText("FROZEN = [", start.frozen.map(literal), "]")],
    network: [networkCode(graph, isBuilt ? settings : null)],
    reader: readerCode(settings),
    resize: RESIZE,
    batches: batchesCode(settings),
    training: [stepsCode(settings), compileCode(settings), loadCode(start), trainCode(settings)],
    main: mainCode(folder),
    cells: cells(folder),
  };
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
