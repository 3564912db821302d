/**
 * The rules and texts of every setting (type, range, label, help) and what it affects. Controls, links, the terminal and the
 * worker all validate with this one table. Adding a setting takes a key in `settings.ts` and an entry here. Its effect on the
 * network or the run is implemented elsewhere.
 */
import { type Fault, PlaygroundError } from "../core/errors.ts";
import { OPTIMIZER_OPTIONS, optimizersWith } from "./optimizers.ts";
import type { NetworkSettings, OpenedName, SettingKey, Settings } from "./settings.ts";

/** Holds when each setting that it names has one of the given values, is a number above the given one, or has another value. */
export type FieldCondition = {
  readonly [K in SettingKey]?:
    | readonly Settings[K][]
    | { readonly above: number }
    | { readonly not: Settings[K] };
};

const XCEPTION: FieldCondition = { network: ["xception", "reproduction-v1"] };
const WITH_HEAD: FieldCondition = { network: ["xception", "reproduction-v1", "mnist-convnet"] };
/** An opened model has the layers of its file. */
const BUILT: FieldCondition = {
  network: ["xception", "reproduction-v1", "mnist-convnet", "two-layers"],
};
const SEPARABLE: FieldCondition = { ...BUILT, convolution: ["separable", "pointwise-first"] };
/** The network is cut off and gets a new head. */
const CUT: FieldCondition = { cutLayer: { not: "none" } };
/** A person's own data have their own validation part, and are drawn from as a whole. */
const STREAMED: readonly FieldCondition[] = [{ dataSet: ["fashion-mnist", "starter"] }];
/** Data of these kinds may come in one part. */
const DIVIDED = {
  group: "data",
  affects: ["batches", "length"],
  unit: "%",
  appliesWhen: [{ dataSet: ["csv", "images"] }],
} as const;
/** Choosing a backend of TensorFlow.js implies TensorFlow.js, even when the engine is Automatic. */
const COMPILED: readonly FieldCondition[] = [
  { engine: ["wasm"] },
  { engine: ["automatic"], tfjsBackend: ["automatic"] },
];

/**
 * What may change with a setting.
 * - `network`: the layers, and with them the time of a step and what is learnt.
 * - `batches`: which images are in which batch, and what they look like to every network.
 * - `length`: how many batches an epoch, a run or a validation has, and how a run ends.
 * - `speed`: how long a step takes.
 * - `engine`: what computes, and how.
 * - `result`: what the network learns from the same batches.
 */
export type Effect = "network" | "batches" | "length" | "speed" | "engine" | "result";

interface FieldBase {
  /** The accessible name of the control. A public name: lessons, tests and people's scripts use it. */
  readonly label: string;
  /** One line on its effect. */
  readonly help: string;
  readonly group: "network" | "training" | "data";
  /** Lists of settings with a common effect follow from this: see `keysThatAffect`. */
  readonly affects: readonly [Effect, ...Effect[]];
  /** Advanced fields are folded away until asked for. */
  readonly advanced?: true;
  /** When given, the setting has an effect only under one of these conditions. */
  readonly appliesWhen?: readonly FieldCondition[];
}

export interface NumberField extends FieldBase {
  readonly kind: "number";
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  /** Grid of a slider; values between are accepted from a number field or a link, unless `onlySteps`. */
  readonly step: number;
  /** Values between the steps are meaningless. */
  readonly onlySteps?: true;
  /** False when `min` itself is not allowed (such as a learning rate of 0). */
  readonly minIncluded?: false;
  /** Shows a slider, for ranges small enough to explore. */
  readonly slider?: true;
  /** What the number counts, shown beside it. */
  readonly unit?: string;
}

export interface ChoiceField<V extends string = string> extends FieldBase {
  readonly kind: "choice";
  readonly options: readonly { readonly value: V; readonly label: string }[];
  /** Values that are no options, because they name what a person opened; people read them as this label. */
  readonly others?: { readonly has: (value: string) => boolean; readonly label: string };
}

export interface SwitchField extends FieldBase {
  readonly kind: "switch";
}

/** A fixed number of positive integers, written `728,1024,1536,2048`. */
export interface IntegersField extends FieldBase {
  readonly kind: "integers";
  readonly length: number;
  readonly max: number;
}

export type Field = NumberField | ChoiceField | SwitchField | IntegersField;

/** The valid values and the texts of a field, for settings of a run and of the laboratory. */
export type FieldRules = RulesOf<Field>;
type RulesOf<F> = F extends Field
  ? Omit<F, "group" | "affects" | "advanced" | "appliesWhen">
  : never;

type FieldFor<V> = [V] extends [number]
  ? NumberField
  : [V] extends [boolean]
    ? SwitchField
    : [V] extends [string]
      ? ChoiceField<V>
      : IntegersField;

/** A setting that a network is built from must affect the network, and no other setting may. */
type EffectsOf<K extends SettingKey> = K extends keyof NetworkSettings
  ? readonly ["network", ...Effect[]]
  : readonly Exclude<Effect, "network">[];

const NETWORK = { group: "network", affects: ["network"] } as const;
/** Ends a run before its length is reached, or says with which weights it ends. */
const STOP = { group: "training", affects: ["length"], advanced: true } as const;
/** Details in which published versions of Xception differ. */
const XCEPTION_DETAIL = { ...NETWORK, advanced: true, appliesWhen: [XCEPTION] } as const;

/** A field for whole numbers from `min` to `max`. */
export function whole(min: number, max: number) {
  return { kind: "number", integer: true, min, max, step: 1 } as const;
}

function real(min: number, max: number, step: number) {
  return { kind: "number", integer: false, min, max, step } as const;
}

/** Whether a network has the layer is checked when it is built. */
const LAYER_NAME = /^\S(.{0,198}\S)?$/u;

/** Whether a value of Architecture names an opened model. */
export function isOpened(network: string): network is OpenedName {
  return /^opened:[0-9a-f]{16}$/.test(network);
}

export const FIELDS: {
  readonly [K in SettingKey]: FieldFor<Settings[K]> & {
    readonly affects: EffectsOf<K>;
    /** The value in records of versions of the program that did not have the setting. */
    readonly whenAbsent?: Settings[K];
  };
} = {
  network: {
    kind: "choice",
    ...NETWORK,
    label: "Architecture",
    help: "Xception, or one of the networks that the documents behind this page compare it with.",
    options: [
      { value: "xception", label: "Xception" },
      { value: "reproduction-v1", label: "Reproduction v1" },
      { value: "mnist-convnet", label: "MNIST ConvNet" },
      { value: "two-layers", label: "Two layers" },
    ],
    others: { has: isOpened, label: "Opened model" },
  },
  middleRepeats: {
    ...whole(0, 16),
    ...NETWORK,
    slider: true,
    appliesWhen: [XCEPTION],
    label: "Middle-flow repeats",
    help: "Blocks of three separable convolutions and a shortcut. The paper has 8.",
  },
  inputSize: {
    ...whole(28, 299),
    ...NETWORK,
    slider: true,
    appliesWhen: [BUILT],
    unit: "px",
    label: "Input size",
    help: "Images are enlarged to this many pixels a side. Work grows with its square.",
  },
  width: {
    ...real(0.125, 1, 0.125),
    ...NETWORK,
    slider: true,
    appliesWhen: [XCEPTION],
    label: "Width multiplier",
    help: "Share of the paper's filters in every layer, to the nearest multiple of 8.",
  },
  depthMultiplier: {
    ...whole(1, 4),
    ...NETWORK,
    slider: true,
    appliesWhen: [SEPARABLE],
    label: "Depth multiplier",
    help: "Filters each channel gets in the depthwise half of a separable convolution.",
  },
  convolution: {
    kind: "choice",
    ...NETWORK,
    label: "Convolution",
    help: "Separable: each channel by itself, then across channels. Ordinary: all at once.",
    options: [
      { value: "separable", label: "Separable" },
      { value: "ordinary", label: "Ordinary" },
      { value: "pointwise-first", label: "Pointwise first" },
    ],
  },
  intermediateActivation: {
    kind: "choice",
    ...NETWORK,
    appliesWhen: [SEPARABLE],
    label: "Intermediate activation",
    help: "Between the two halves of a separable convolution. The paper: none learns fastest.",
    options: [
      { value: "none", label: "None" },
      { value: "relu", label: "ReLU" },
      { value: "elu", label: "ELU" },
    ],
  },
  residual: {
    kind: "switch",
    ...NETWORK,
    appliesWhen: [XCEPTION],
    label: "Residual connections",
    help: "Shortcuts around the blocks. Without them the paper's network learns far less.",
  },
  inputChannels: {
    kind: "number",
    integer: true,
    min: 1,
    max: 3,
    step: 2,
    onlySteps: true,
    group: "network",
    // Colour images become grey for a network with one channel, and all lanes of a race get the same images.
    affects: ["network", "batches"],
    advanced: true,
    appliesWhen: [BUILT],
    label: "Input channels",
    help: "1 takes grey images as they are; 3 takes the grey image three times.",
  },
  classes: {
    ...whole(1, 100000),
    ...NETWORK,
    advanced: true,
    appliesWhen: [WITH_HEAD],
    label: "Classes",
    help: "Units of the head as counted. Training takes as many as the data has; 1 stays and cannot learn.",
  },
  stemPadding: {
    kind: "choice",
    ...XCEPTION_DETAIL,
    label: "Stem padding",
    help: "Padding of the first two convolutions; the paper's code has none.",
    options: [
      { value: "same", label: "Same" },
      { value: "valid", label: "Valid" },
    ],
  },
  poolPadding: {
    kind: "choice",
    ...XCEPTION_DETAIL,
    label: "Pool padding",
    help: "Keras pads a pool at the end where sizes are even; PyTorch pads both sides by one.",
    options: [
      { value: "same", label: "Same (Keras)" },
      { value: "symmetric", label: "Symmetric (PyTorch)" },
    ],
  },
  bias: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "Biases in convolutions",
    help: "Batch normalisation makes them superfluous; some published versions keep them.",
  },
  residualBatchNorm: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "Batch norm on shortcuts",
    help: "Normalises the 1x1 convolutions of the shortcuts too.",
  },
  reluFirst: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "ReLU before block 2",
    help: "The paper starts block 2 without one, since the stem ends with one.",
  },
  reluBeforeAdd: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "ReLU before middle add",
    help: "Ends each middle block with one more ReLU before the shortcut is added.",
  },
  exitFilters: {
    kind: "integers",
    length: 4,
    max: 8192,
    ...XCEPTION_DETAIL,
    label: "Exit filters",
    help: "Filters of the exit flow's four separable convolutions, before the width multiplier.",
  },
  exitReluPosition: {
    kind: "choice",
    ...XCEPTION_DETAIL,
    label: "Exit ReLU position",
    help: "Whether the last two separable convolutions have their ReLU after or before them.",
    options: [
      { value: "after", label: "After" },
      { value: "before", label: "Before" },
    ],
  },
  finalRelu: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "Final ReLU",
    help: "The ReLU after the last separable convolution.",
  },
  head: {
    kind: "choice",
    ...NETWORK,
    advanced: true,
    appliesWhen: [WITH_HEAD],
    label: "Head",
    help: "Softmax gives probabilities; a linear head cannot be trained with cross-entropy.",
    options: [
      { value: "softmax", label: "Softmax" },
      { value: "linear", label: "Linear" },
    ],
  },
  cutLayer: {
    kind: "choice",
    ...NETWORK,
    advanced: true,
    whenAbsent: "none",
    label: "Cut after",
    help: "Everything after this layer falls away, and a new head follows. The table of layers sets it.",
    options: [{ value: "none", label: "Nowhere" }],
    others: { has: (name) => LAYER_NAME.test(name), label: "A layer" },
  },
  headPooling: {
    kind: "choice",
    ...NETWORK,
    advanced: true,
    whenAbsent: "average",
    appliesWhen: [CUT],
    label: "New head",
    help: "How the map of the cut layer becomes one row of numbers for the classes.",
    options: [
      { value: "average", label: "Global average" },
      { value: "max", label: "Global maximum" },
      { value: "flatten", label: "Flatten" },
    ],
  },
  headDropout: {
    ...real(0, 0.9, 0.05),
    ...NETWORK,
    advanced: true,
    whenAbsent: 0,
    appliesWhen: [CUT],
    label: "Dropout in the head",
    help: "Share of these numbers that each training step leaves out; 0 leaves out none.",
  },
  batchNormMomentum: {
    ...real(0, 0.9999, 0.01),
    ...XCEPTION_DETAIL,
    label: "Batch-norm momentum",
    help: "How slowly the moving statistics follow. Short runs need 0.9; Keras' default is 0.99.",
  },
  batchNormEpsilon: {
    ...real(0, 0.1, 0.0001),
    minIncluded: false,
    ...XCEPTION_DETAIL,
    label: "Batch-norm epsilon",
    help: "Added to the variance. 0.001 in Keras, 0.00001 in PyTorch.",
  },
  batchNormScale: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "Batch-norm scale",
    help: "Learns a factor (gamma) for every channel.",
  },
  batchNormCenter: {
    kind: "switch",
    ...XCEPTION_DETAIL,
    label: "Batch-norm centre",
    help: "Learns an offset (beta) for every channel.",
  },
  optimizer: {
    kind: "choice",
    group: "training",
    affects: ["speed", "result"],
    label: "Optimizer",
    help: "How gradients become changes of the weights.",
    options: OPTIMIZER_OPTIONS,
  },
  learningRate: {
    ...real(0, 10, 0.0005),
    minIncluded: false,
    group: "training",
    affects: ["result"],
    label: "Learning rate",
    help: "Length of a step. Can be changed while a run goes on.",
  },
  batchSize: {
    ...whole(1, 512),
    group: "training",
    affects: ["batches", "length", "speed"],
    label: "Batch size",
    help: "Images a step looks at. Memory grows with it.",
  },
  budget: {
    kind: "choice",
    group: "training",
    affects: ["length"],
    label: "Length in",
    help: "Whether the run's length is given in epochs, in steps or in images.",
    options: [
      { value: "epochs", label: "Epochs" },
      { value: "steps", label: "Steps" },
      { value: "images", label: "Images" },
    ],
  },
  epochs: {
    ...real(0, 1000, 0.1),
    minIncluded: false,
    group: "training",
    affects: ["length"],
    appliesWhen: [{ budget: ["epochs"] }],
    label: "Epochs",
    help: "Times through the training images; fractions count.",
  },
  steps: {
    ...whole(1, 1000000),
    group: "training",
    affects: ["length"],
    appliesWhen: [{ budget: ["steps"] }],
    label: "Steps",
    help: "Batches to train on.",
  },
  images: {
    ...whole(1, 1_000_000_000),
    group: "training",
    affects: ["length"],
    whenAbsent: 60_000,
    appliesWhen: [{ budget: ["images"] }],
    label: "Images to train on",
    help: "Counts each image every time it is in a batch. The run ends with the batch that reaches this number.",
  },
  schedule: {
    kind: "choice",
    group: "training",
    affects: ["result"],
    label: "Schedule",
    help: "How the learning rate changes over the run.",
    options: [
      { value: "constant", label: "Constant" },
      { value: "cosine", label: "Cosine" },
      { value: "step", label: "Step" },
    ],
  },
  seed: {
    ...whole(0, 4294967295),
    group: "training",
    affects: ["batches", "result"],
    label: "Seed",
    help: "Everything random follows from it: the same seed gives the same start and order.",
  },
  timeLimit: {
    ...real(0, 100_000, 1),
    ...STOP,
    whenAbsent: 0,
    unit: "min",
    label: "Time limit",
    help: "Ends a run after this time in steps; validations and pauses do not count. 0 sets no limit.",
  },
  stopAccuracy: {
    ...real(0, 100, 1),
    ...STOP,
    whenAbsent: 0,
    unit: "%",
    label: "Stop at accuracy",
    help: "Ends a run at the first validation that reaches this accuracy. 0 sets no target.",
  },
  patience: {
    ...whole(0, 10_000),
    ...STOP,
    whenAbsent: 0,
    label: "Patience",
    help: "Ends a run when this many validations in a row have not improved the accuracy. 0 never does.",
  },
  minImprovement: {
    ...real(0, 100, 0.1),
    ...STOP,
    whenAbsent: 0,
    appliesWhen: [{ patience: { above: 0 } }],
    unit: "%",
    label: "Least improvement",
    help: "Percentage points above the best accuracy that count as an improvement; 0 counts any.",
  },
  restoreBest: {
    kind: "switch",
    ...STOP,
    whenAbsent: false,
    label: "Restore best weights",
    help: "A run ends with the weights of its most accurate validation, and they are tested.",
  },
  momentum: {
    ...real(0, 0.9999, 0.05),
    group: "training",
    affects: ["speed", "result"],
    advanced: true,
    appliesWhen: [{ optimizer: optimizersWith("momentum") }],
    label: "Momentum",
    help: "SGD only: share of the last step that goes on.",
  },
  weightDecay: {
    ...real(0, 1, 0.001),
    group: "training",
    affects: ["result"],
    advanced: true,
    appliesWhen: [{ optimizer: optimizersWith("weightDecay") }],
    label: "Weight decay",
    help: "AdamW only: every step shrinks each weight by learning rate x this.",
  },
  clipNorm: {
    ...real(0, 1000, 0.1),
    group: "training",
    affects: ["speed", "result"],
    advanced: true,
    label: "Gradient clipping",
    help: "Largest norm of all gradients together; 0 switches it off.",
  },
  labelSmoothing: {
    ...real(0, 0.9, 0.05),
    group: "training",
    affects: ["result"],
    advanced: true,
    label: "Label smoothing",
    help: "Share of each label that is spread over all classes.",
  },
  warmUpSteps: {
    ...whole(0, 100000),
    group: "training",
    affects: ["result"],
    advanced: true,
    appliesWhen: [{ schedule: ["cosine"] }],
    label: "Warm-up steps",
    help: "Cosine only: steps in which the rate rises from 0.",
  },
  decayFactor: {
    ...real(0, 1, 0.05),
    minIncluded: false,
    group: "training",
    affects: ["result"],
    advanced: true,
    appliesWhen: [{ schedule: ["step"] }],
    label: "Decay factor",
    help: "Step schedule only: the rate is multiplied by this after each period.",
  },
  decayEpochs: {
    ...real(0, 1000, 0.5),
    minIncluded: false,
    group: "training",
    affects: ["result"],
    advanced: true,
    appliesWhen: [{ schedule: ["step"] }],
    label: "Decay period",
    help: "Step schedule only: epochs between two decays.",
  },
  horizontalFlip: {
    kind: "switch",
    group: "training",
    affects: ["batches", "speed"],
    advanced: true,
    label: "Horizontal flip",
    help: "Mirrors half of the training images, chosen at random; a mirrored shirt is still a shirt.",
  },
  shift: {
    ...real(0, 0.5, 0.05),
    group: "training",
    affects: ["batches", "speed"],
    advanced: true,
    label: "Shift",
    help: "Moves each training image at random by up to this share of its width and height.",
  },
  shear: {
    ...real(0, 45, 1),
    group: "training",
    affects: ["batches", "speed"],
    advanced: true,
    unit: "°",
    label: "Shear",
    help: "Slants each training image at random by up to this angle, as Keras' shear_range.",
  },
  zoom: {
    ...real(0, 0.9, 0.05),
    group: "training",
    affects: ["batches", "speed"],
    advanced: true,
    label: "Zoom",
    help: "Stretches each training image at random by up to this share, as Keras' zoom_range.",
  },
  stepsPerEpoch: {
    ...whole(0, 1000000),
    group: "training",
    affects: ["length"],
    advanced: true,
    label: "Steps per epoch",
    help: "Batches that count as an epoch; 0 takes all training images.",
  },
  validationSteps: {
    ...whole(0, 1000000),
    group: "training",
    affects: ["length"],
    advanced: true,
    label: "Validation steps",
    help: "Batches that a validation looks at; 0 takes all images held out.",
  },
  remainder: {
    kind: "choice",
    group: "training",
    affects: ["batches", "length"],
    advanced: true,
    label: "Last batch",
    help: "The last batch of an epoch may be smaller: leave it out, or train on it too.",
    options: [
      { value: "drop", label: "Drop" },
      { value: "keep", label: "Keep" },
    ],
  },
  base: {
    kind: "choice",
    group: "training",
    affects: ["result"],
    advanced: true,
    label: "Base weights",
    help: "Start from a trained network's weights, all but the head's. Chosen weights: where layers match.",
    options: [
      { value: "none", label: "None" },
      { value: "fashion-mnist", label: "Fashion-MNIST, small" },
      { value: "chosen", label: "Chosen weights" },
    ],
  },
  frozenLayers: {
    ...whole(0, 1000),
    group: "training",
    affects: ["speed", "result"],
    advanced: true,
    label: "Frozen layers",
    help: "The first so many layers, as the layer table numbers them, stay as they are: 0 trains all.",
  },
  engine: {
    kind: "choice",
    group: "training",
    affects: ["engine", "speed"],
    label: "Engine",
    help: "What runs the training. Automatic takes the fastest one that works here.",
    options: [
      { value: "automatic", label: "Automatic" },
      { value: "webgpu", label: "WebGPU compiled" },
      { value: "wasm", label: "CPU compiled" },
      { value: "tfjs", label: "TensorFlow.js" },
    ],
  },
  threads: {
    ...whole(0, 8),
    group: "training",
    affects: ["engine", "speed"],
    appliesWhen: COMPILED,
    label: "Threads",
    help: "CPU compiled: 0 takes as many as this machine has to spare. The results stay the same.",
  },
  reproducible: {
    kind: "switch",
    group: "training",
    affects: ["engine", "speed"],
    appliesWhen: [...COMPILED, { engine: ["webgpu"] }],
    label: "Reproducible",
    help: "CPU compiled: the same bits on every machine and in every browser, at some cost in speed. WebGPU compiled: kernels that are not chosen by measuring.",
  },
  mixedPrecision: {
    kind: "switch",
    group: "training",
    affects: ["engine", "speed"],
    appliesWhen: [{ engine: ["webgpu"] }],
    label: "Mixed precision",
    help: "Feature maps in 16 bits: about half the memory. Weights and sums keep 32.",
  },
  tfjsBackend: {
    kind: "choice",
    group: "training",
    affects: ["engine", "speed"],
    advanced: true,
    appliesWhen: [{ engine: ["automatic", "tfjs"] }],
    label: "TensorFlow.js backend",
    help: "Automatic tries WebGPU, then WebGL, then the CPU.",
    options: [
      { value: "automatic", label: "Automatic" },
      { value: "webgpu", label: "WebGPU" },
      { value: "webgl", label: "WebGL" },
      { value: "cpu", label: "CPU" },
    ],
  },
  dataSet: {
    kind: "choice",
    group: "data",
    // The size, colours and classes of its images change how long a step takes.
    affects: ["batches", "length", "speed"],
    label: "Data set",
    help: "Fashion-MNIST: 70,000 grey images of clothes in ten classes. Or files of your own, which stay on this machine.",
    options: [
      { value: "fashion-mnist", label: "Fashion-MNIST" },
      { value: "starter", label: "Fashion-MNIST starter set" },
      { value: "mnist", label: "My MNIST files" },
      { value: "arrays", label: "My arrays (.npy)" },
      { value: "csv", label: "My tables (.csv)" },
      { value: "images", label: "My image folders" },
    ],
  },
  preparation: {
    kind: "choice",
    group: "data",
    affects: ["speed", "result"],
    label: "Preparation",
    help: "What becomes of an image's bytes before the network sees them.",
    options: [
      { value: "standardize", label: "Standardise each image" },
      { value: "unit", label: "0 to 1" },
      { value: "symmetric", label: "-1 to 1, as Xception's" },
      { value: "bytes", label: "0 to 255, as stored" },
      { value: "caffe", label: "As Keras' caffe" },
      { value: "printed", label: "As the notes print it" },
    ],
  },
  trainingImages: {
    ...whole(0, 60000),
    group: "data",
    affects: ["batches", "length"],
    label: "Training images",
    help: "0 takes all there are. With few, the network learns them by heart.",
  },
  holdOut: {
    ...whole(0, 20000),
    group: "data",
    affects: ["batches", "length"],
    advanced: true,
    appliesWhen: STREAMED,
    label: "Hold-out",
    help: "Training images kept aside to validate on; the test set stays unseen until the end.",
  },
  shuffleBuffer: {
    ...whole(1, 60000),
    group: "data",
    affects: ["batches"],
    advanced: true,
    appliesWhen: STREAMED,
    label: "Shuffle buffer",
    help: "Images to draw from at random. Training starts when it is full.",
  },
  ownValidationShare: {
    ...whole(5, 40),
    ...DIVIDED,
    whenAbsent: 20,
    label: "Validation share",
    help: "Of each class, drawn by the seed, where tables or folders do not say what validates.",
  },
  ownTestShare: {
    ...whole(0, 40),
    ...DIVIDED,
    whenAbsent: 0,
    label: "Test share",
    help: "Of each class, for the test alone, where the files do not say. 0: what validates also tests.",
  },
};

export const SETTING_KEYS = Object.keys(FIELDS) as readonly SettingKey[];

/** Returns the settings with at least one of these effects, in the order of the table. */
export function keysThatAffect(...effects: readonly Effect[]): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => FIELDS[key].affects.some((some) => effects.includes(some)));
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(FIELDS, key);
}

/**
 * Checks the value of one setting.
 * @throws PlaygroundError `setting.invalid`, with `context.setting`.
 */
export function checkSetting<K extends SettingKey>(key: K, value: unknown): Settings[K] {
  const field: Field = FIELDS[key];
  const wrong = wrongValue(field, value);
  if (wrong !== undefined) {
    throw new PlaygroundError({ ...settingFault(key, field), ...wrong });
  }
  return value as Settings[K];
}

/**
 * Checks one setting of a record, which an older version of the program may have written.
 * @throws PlaygroundError `setting.invalid`, with `context.setting`.
 */
export function checkSettingIn<K extends SettingKey>(
  key: K,
  record: Readonly<Record<string, unknown>>,
): Settings[K] {
  const { whenAbsent } = FIELDS[key];
  return checkSetting(key, record[key] === undefined ? whenAbsent : record[key]);
}

/**
 * Parses one setting from a link, a text field or `--set`.
 * @throws PlaygroundError `setting.invalid`, with `context.setting`.
 */
export function parseSetting<K extends SettingKey>(key: K, text: string): Settings[K] {
  return checkSetting(key, fromText(FIELDS[key], text.trim()));
}

/** The inverse of `parseSetting`. */
export function formatSetting<K extends SettingKey>(key: K, value: Settings[K]): string {
  const field: Field = FIELDS[key];
  if (field.kind === "switch") return value === true ? "on" : "off";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/**
 * Checks a whole record of settings from outside, key by key.
 * @throws PlaygroundError `setting.unknown` or `setting.invalid`.
 */
export function checkSettings(value: unknown): Settings {
  if (typeof value !== "object" || value === null) {
    throw new PlaygroundError({
      code: "setting.invalid",
      where: "Settings",
      rule: "settings are one record",
      expected: "an object",
      got: typeof value,
      remedy: "Start from a recipe.",
    });
  }
  for (const key of Object.keys(value)) requireSettingKey(key);
  const record = value as Readonly<Record<string, unknown>>;
  const checked: { -readonly [K in SettingKey]?: Settings[K] } = {};
  const take = <K extends SettingKey>(key: K): void => {
    checked[key] = checkSettingIn(key, record);
  };
  for (const key of SETTING_KEYS) take(key);
  return checked as Settings;
}

/** @throws PlaygroundError `setting.unknown`. */
export function requireSettingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key;
  throw new PlaygroundError({
    code: "setting.unknown",
    where: key,
    rule: "no setting has this name",
    expected: `one of ${SETTING_KEYS.join(", ")}`,
    remedy: "Check the spelling.",
    context: { setting: key },
  });
}

type Wrong = Pick<Fault, "expected" | "got">;

/** Returns what is wrong with a value; `undefined` when the field accepts it. */
export function wrongValue(field: FieldRules, value: unknown): Wrong | undefined {
  if (accepts(field, value)) return undefined;
  return { expected: ruleOf(field), got: typeof value === "string" ? `"${value}"` : String(value) };
}

function accepts(field: FieldRules, value: unknown): boolean {
  switch (field.kind) {
    case "number":
      return (
        typeof value === "number" &&
        Number.isFinite(value) &&
        (!field.integer || Number.isInteger(value)) &&
        (!field.onlySteps || (value - field.min) % field.step === 0) &&
        value <= field.max &&
        (field.minIncluded === false ? value > field.min : value >= field.min)
      );
    case "choice":
      return (
        field.options.some((option) => option.value === value) ||
        (typeof value === "string" && field.others?.has(value) === true)
      );
    case "switch":
      return typeof value === "boolean";
    case "integers":
      return (
        Array.isArray(value) &&
        value.length === field.length &&
        value.every((entry) => Number.isInteger(entry) && entry >= 1 && entry <= field.max)
      );
  }
}

function ruleOf(field: FieldRules): string {
  switch (field.kind) {
    case "number":
      return numberRule(field);
    case "choice":
      return `one of ${field.options.map((option) => option.value).join(", ")}`;
    case "switch":
      return "on or off";
    case "integers":
      return `${field.length} whole numbers from 1 to ${field.max}`;
  }
}

function numberRule(field: RulesOf<NumberField>): string {
  if (field.onlySteps)
    return Array.from(
      { length: (field.max - field.min) / field.step + 1 },
      (_, at) => field.min + at * field.step,
    ).join(" or ");
  const noun = field.integer ? "a whole number" : "a number";
  return field.minIncluded === false
    ? `${noun} above ${field.min} and at most ${field.max}`
    : `${noun} from ${field.min} to ${field.max}`;
}

function settingFault(key: SettingKey, field: Field): Fault {
  return {
    code: "setting.invalid",
    where: field.label,
    rule: "the value does not fit",
    remedy: "Correct it, or choose a recipe to start again.",
    context: { setting: key },
  };
}

/** Returns the value of a text. A text without a value is returned unchanged, and no field accepts it. */
export function fromText(field: FieldRules, text: string): unknown {
  switch (field.kind) {
    case "number":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "choice":
      return text;
    case "switch":
      return (
        ({ on: true, true: true, off: false, false: false } as Readonly<Record<string, boolean>>)[
          text
        ] ?? text
      );
    case "integers":
      return text.split(",").map(Number);
  }
}
