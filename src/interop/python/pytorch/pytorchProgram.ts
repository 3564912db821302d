/** What PyTorch writes of a program. */
import type { LayerGraph } from "../../../network/graph.ts";
import { endsInSoftmax } from "../../../network/head.ts";
import { networkWeights } from "../../../network/networkWeights.ts";
import type { Settings } from "../../../settings/settings.ts";
import { isAugmented } from "../dataCode.ts";
import type { Framework, FrameworkCode, ProgramOrder } from "../program.ts";
import { callText, literal } from "../pythonText.ts";
import { stepsCode } from "../settingsCode.ts";
import { TOTAL } from "./classes.ts";
import { batchesCode, RESIZE, readerCode } from "./dataCode.ts";
import { modulePaths, networkCode } from "./networkCode.ts";
import { optimizerCode } from "./optimizerCode.ts";
import {
  cells,
  loadCode,
  lossCode,
  mainCode,
  PROCESSES,
  rateCode,
  SAY,
  trainCode,
  WEIGHTS_FILE,
} from "./trainingCode.ts";

export const PYTORCH: Framework = {
  title: "PyTorch",
  isSplit: true,
  weightsFile: WEIGHTS_FILE,
  requirements: (settings) => [
    "torch==2.13.0",
    ...(settings.dataSet === "images" ? ["pillow==13.0.0"] : []),
    "safetensors==0.8.0",
    "numpy==2.4.6",
  ],
  commands: [
    ["python train.py --resume", "goes on in trained/ after a kill"],
    ["torchrun --nproc_per_node=2 train.py", "shares each batch out to two"],
  ],
  words: `The names of parameters are the paths of modules, so \`load_file\` of safetensors and \`load_state_dict\` read the weights.

A folder of results holds \`${WEIGHTS_FILE}\`, the newest weights with the state of the optimiser, and \`history.csv\`, with a row
for each step. The same command with \`--resume\` goes on from there, with the batches that would have come. Several processes take
their shares of each batch, and batch norms normalise by the whole of it, so their losses are those of one process.`,
  files: {},
  fileWords: [
    ["settings.py", "the settings of the run, and which process this is"],
    ["network.py", "the network: a module for each flow"],
    ["data.py", "what reads and prepares images"],
  ],
  differences,
  write: codeOf,
};

function differences({ graph, settings }: ProgramOrder): readonly string[] {
  const hasDropout = graph.layers.some(({ type }) => type === "Dropout");
  return hasDropout || isAugmented(settings)
    ? [
        "Each process draws distortions and dropout by itself, so their losses depend on how many there are.",
      ]
    : [];
}

function codeOf(order: ProgramOrder, folder: string | null): FrameworkCode {
  const { graph, settings, isBuilt } = order;
  const frozen = frozenOf(graph, settings, isBuilt);
  const freezes = frozen.length > 0;
  const network = [TOTAL, ...networkCode(graph, isBuilt ? settings : null)];
  const last = graph.layers.at(-1);
  const training = [
    stepsCode(settings),
    optimizerCode(settings),
    rateCode(settings),
    lossCode(settings, last !== undefined && endsInSoftmax(last)),
    loadCode(order, freezes),
    SAY,
    trainCode(settings, freezes),
  ];
  return {
    packages: [
      "import numpy as np",
      "import torch",
      "import torch.distributed as dist",
      "import torch.nn.functional as F",
      "from PIL import Image",
      "from safetensors import SafetensorError",
      "from safetensors.torch import load_file, save_file",
      "from torch import nn",
      "from torch.nn.parallel import DistributedDataParallel",
    ],
    constants: [
      ...(freezes ? [callText("FROZEN = {", frozen.map(literal), "}")] : []),
      'HISTORY = ["step", "loss", "accuracy", "validation_loss", "validation_accuracy"]',
      'COUNTS = ["step", "optimizer_steps"]  # In the file of weights, beside the tensors.',
      `\n${PROCESSES}`,
    ],
    network,
    reader: readerCode(settings),
    resize: RESIZE,
    batches: batchesCode(settings),
    training,
    main: mainCode(folder),
    cells: cells(folder),
  };
}

/** The names of the frozen layers that have weights. */
function frozenOf(graph: LayerGraph, settings: Settings, isBuilt: boolean): readonly string[] {
  const paths = modulePaths(graph, isBuilt ? settings : null);
  const frozen = networkWeights(graph, settings.frozenLayers).filter((weight) => weight.frozen);
  return [...new Set(frozen.map(({ layer }) => layer))].map((layer) => {
    const path = paths.get(layer) ?? layer;
    return path.slice(path.lastIndexOf(".") + 1);
  });
}
