/**
 * The settings of a run, as one flat record. Everything that a control, a link, a recipe, the terminal's
 * `--set` or the worker's configuration can say is a key here; `fields.ts` holds each key's rules and words.
 * Plain data: it crosses `postMessage` and JSON unchanged.
 */
import type { DataSetName } from "../core/dataSet.ts";

export type NetworkKind = "xception" | "reproduction-v1" | "mnist-convnet" | "two-layers";
export type ConvolutionKind = "separable" | "ordinary" | "pointwise-first";
export type IntermediateActivation = "none" | "relu" | "elu";
export type Padding = "same" | "valid";
export type PoolPadding = "same" | "symmetric";
export type Head = "softmax" | "linear";
export type OptimizerKind = "adam" | "adamw" | "sgd" | "rmsprop" | "adadelta";
export type ScheduleKind = "constant" | "cosine" | "step";
/** How bytes become the numbers that the network sees; `preparation.ts` says what each is. */
export type Preparation = "standardize" | "unit" | "symmetric" | "printed";
export type BaseChoice = "none" | "fashion-mnist";
export type EngineChoice = "automatic" | "webgpu" | "wasm" | "tfjs";
export type TfjsBackendChoice = "automatic" | "webgpu" | "webgl" | "cpu";

/** What `buildNetwork` needs; see `networks/` for what each one does in which network. */
export interface NetworkSettings {
  readonly network: NetworkKind;
  /** Height and width of the input in pixels. */
  readonly inputSize: number;
  readonly inputChannels: number;
  readonly classes: number;
  readonly middleRepeats: number;
  readonly width: number;
  readonly depthMultiplier: number;
  readonly convolution: ConvolutionKind;
  readonly intermediateActivation: IntermediateActivation;
  readonly residual: boolean;
  readonly stemPadding: Padding;
  readonly poolPadding: PoolPadding;
  readonly bias: boolean;
  readonly residualBatchNorm: boolean;
  readonly reluFirst: boolean;
  readonly reluBeforeAdd: boolean;
  /** Filters of the exit flow's four separable convolutions, before the width multiplier. */
  readonly exitFilters: readonly number[];
  readonly exitReluPosition: "after" | "before";
  readonly finalRelu: boolean;
  readonly head: Head;
  readonly batchNormMomentum: number;
  readonly batchNormEpsilon: number;
  readonly batchNormScale: boolean;
  readonly batchNormCenter: boolean;
}

export interface TrainingSettings {
  readonly optimizer: OptimizerKind;
  readonly learningRate: number;
  /** SGD only. */
  readonly momentum: number;
  /** AdamW only. */
  readonly weightDecay: number;
  /** Largest global norm of all gradients together; 0 switches clipping off. */
  readonly clipNorm: number;
  readonly labelSmoothing: number;
  readonly schedule: ScheduleKind;
  /** Cosine: steps of linear warm-up from 0. */
  readonly warmUpSteps: number;
  /** Step schedule: factor applied after each of its periods. */
  readonly decayFactor: number;
  /** Step schedule: length of a period in epochs. */
  readonly decayEpochs: number;
  readonly batchSize: number;
  readonly budget: "epochs" | "steps";
  /** May be a fraction: 2.8 epochs. */
  readonly epochs: number;
  readonly steps: number;
  /** Keras' `steps_per_epoch`: an epoch is so many batches; 0: all training images once. */
  readonly stepsPerEpoch: number;
  /** Keras' `validation_steps`: a validation looks at so many batches at most; 0: at all held-out images. */
  readonly validationSteps: number;
  /** What happens to the last, smaller batch of an epoch. */
  readonly remainder: "drop" | "keep";
  readonly seed: number;
  /** The network whose weights the run starts from, all but its head's; `bases.ts` says what each is. */
  readonly base: BaseChoice;
  /** Number of layers, in the order of the summary, whose weights stay as they are. */
  readonly frozenLayers: number;
  readonly engine: EngineChoice;
  /** CPU compiled: threads to compute on; 0 takes as many as the machine has to spare. Changes no result. */
  readonly threads: number;
  /** CPU compiled: the same bits on every machine, at some cost in speed. */
  readonly reproducible: boolean;
  /** WebGPU compiled: feature maps and their gradients in 16 bits, with a scaled loss. */
  readonly mixedPrecision: boolean;
  readonly tfjsBackend: TfjsBackendChoice;
}

/** Random distortions of training images, in the terms of Keras' `ImageDataGenerator`; its fill mode "nearest". */
export interface AugmentationSettings {
  /** Half of the images, left and right exchanged. */
  readonly horizontalFlip: boolean;
  /** Up to this share of width and height, either way. */
  readonly shift: number;
  /** Up to this many degrees, either way. */
  readonly shear: number;
  /** Width and height times factors from `1 - zoom` to `1 + zoom`. */
  readonly zoom: number;
}

export interface DataSettings {
  /** The last three are files that a person brings: `ownData.ts`. */
  readonly dataSet: DataSetName;
  readonly preparation: Preparation;
  /** Images taken from the training set before the hold-out is cut off; 0 takes all there are. */
  readonly trainingImages: number;
  /** Training images held out for validation. */
  readonly holdOut: number;
  readonly shuffleBuffer: number;
}

export interface Settings
  extends NetworkSettings,
    TrainingSettings,
    AugmentationSettings,
    DataSettings {}
export type SettingKey = keyof Settings;
