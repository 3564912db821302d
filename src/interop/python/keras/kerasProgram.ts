/** What Keras 3 writes of a program. */
import type { Framework, FrameworkCode, ProgramOrder } from "../program.ts";
import { stepsCode } from "../settingsCode.ts";
import { CLUSTER_FILE_WORDS, CLUSTER_FILES, CLUSTER_WORDS } from "./clusterFiles.ts";
import { batchesCode, RESIZE, readerCode } from "./dataCode.ts";
import { networkCode } from "./networkCode.ts";
import { cells, compileCode, loadCode, mainCode, trainCode, WEIGHTS_FILE } from "./trainingCode.ts";

export const KERAS: Framework = {
  title: "Keras 3",
  isSplit: false,
  weightsFile: WEIGHTS_FILE,
  requirements: ({ dataSet }) => [
    ...["keras==3.15.1", "tensorflow==2.21.0", "numpy==2.4.6"],
    ...(dataSet === "images" ? ["pillow==13.0.0"] : []),
  ],
  commands: [],
  words: `The network is Keras' own: \`KERAS_BACKEND=jax\` (or \`torch\`) runs the same program, when that package is installed.

${CLUSTER_WORDS}`,
  files: CLUSTER_FILES,
  fileWords: CLUSTER_FILE_WORDS,
  differences: () => [],
  write: codeOf,
};

function codeOf(order: ProgramOrder, folder: string | null): FrameworkCode {
  const { graph, settings, isBuilt } = order;
  return {
    packages: [
      ...["import keras", "import numpy as np", "from keras import layers"],
      "from PIL import Image",
    ],
    constants: [],
    network: [networkCode(graph, isBuilt ? settings : null)],
    reader: readerCode(settings),
    resize: RESIZE,
    batches: batchesCode(settings),
    training: [stepsCode(settings), compileCode(settings), loadCode(order), trainCode(settings)],
    main: mainCode(folder),
    cells: cells(folder),
  };
}
