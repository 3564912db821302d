/**
 * The settings of a run, as one flat record. Everything that a control, a link, a recipe, the terminal's `--set` or the
 * worker's configuration can set is a key here. `fields.ts` holds each key's rules and texts. Plain data: it survives
 * `postMessage` and JSON unchanged.
 */
import type { DataSetName } from "../core/dataSet.ts";

import type { OptimizerKind } from "./optimizers.ts";

/** Networks that are built from settings. */
export type BuiltNetwork = "xception" | "reproduction-v1" | "mnist-convnet" | "two-layers";
/** The network of a model file that a person opened, named by a checksum of its layers: `networks/opened.ts`. */
export type OpenedName = `opened:${string}`;
export type NetworkKind = BuiltNetwork | OpenedName;
export type ConvolutionKind = "separable" | "ordinary" | "pointwise-first";
export type IntermediateActivation = "none" | "relu" | "elu";
export type Padding = "same" | "valid";
export type PoolPadding = "same" | "symmetric";
export type Head = "softmax" | "linear";
export type HeadPooling = "average" | "max" | "flatten";
export type ScheduleKind = "constant" | "cosine" | "step";
/** How bytes become the network's input; `preparation.ts` defines each choice. */
export type Preparation = "standardize" | "unit" | "symmetric" | "bytes" | "caffe" | "printed";
export type BaseChoice = "none" | "fashion-mnist" | "chosen";
export type EngineChoice = "automatic" | "webgpu" | "wasm" | "tfjs";
export type TfjsBackendChoice = "automatic" | "webgpu" | "webgl" | "cpu";

/** What `buildNetwork` needs; see `networks/` for the effect in each network. */
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
  /** The name of the layer behind which the network is cut off and gets a new head; "none" leaves it whole. See `newHead.ts`. */
  readonly cutLayer: string;
  /** New head: what makes a vector of the cut layer's map. */
  readonly headPooling: HeadPooling;
  /** New head: the rate of the dropout before its dense layer; 0 leaves it out. */
  readonly headDropout: number;
}

export interface TrainingSettings {
  readonly optimizer: OptimizerKind;
  readonly learningRate: number;
  /** SGD only. */
  readonly momentum: number;
  /** AdamW only. */
  readonly weightDecay: number;
  /** The largest allowed global norm of all gradients; 0 switches clipping off. */
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
  readonly budget: "epochs" | "steps" | "images";
  /** May be a fraction: 2.8 epochs. */
  readonly epochs: number;
  readonly steps: number;
  /** The number of images to train on, repetitions included. The run ends with the batch that reaches it. */
  readonly images: number;
  /** A run ends after this many minutes spent in steps; 0: no limit. */
  readonly timeLimit: number;
  /** A run ends at the first validation with this accuracy, in per cent; 0: no such end. */
  readonly stopAccuracy: number;
  /** A run ends when this many validations in a row have not improved the accuracy; 0: no such end. */
  readonly patience: number;
  /** The least increase of the validation accuracy that counts as an improvement, in percentage points. */
  readonly minImprovement: number;
  /** Whether a run ends with the weights of its best validation instead of its last ones. */
  readonly restoreBest: boolean;
  /** Keras' `steps_per_epoch`: the number of batches in an epoch; 0: all training images once. */
  readonly stepsPerEpoch: number;
  /** Keras' `validation_steps`: the maximum number of batches in a validation; 0: all held-out images. */
  readonly validationSteps: number;
  /** Whether the last, smaller batch of an epoch is dropped or kept. */
  readonly remainder: "drop" | "keep";
  readonly seed: number;
  /**
   * The pretrained network whose weights, except those of the head, the run starts from; see `bases.ts`. `chosen` stands for
   * the weights that a person chose on the page, which settings do not hold.
   */
  readonly base: BaseChoice;
  /** The number of frozen layers: the first ones in Keras' order, in which the layer table numbers them. */
  readonly frozenLayers: number;
  readonly engine: EngineChoice;
  /** CPU compiled: the number of threads; 0 means as many as the machine has to spare. It changes no result. */
  readonly threads: number;
  /** CPU compiled: the same bits on every machine, at some cost in speed. */
  readonly reproducible: boolean;
  /** WebGPU compiled: stores feature maps and their gradients in 16 bits and scales the loss. */
  readonly mixedPrecision: boolean;
  readonly tfjsBackend: TfjsBackendChoice;
}

/** Random distortions of training images, in the terms of Keras' `ImageDataGenerator`; its fill mode is "nearest". */
export interface AugmentationSettings {
  /** Mirrors half of the images, left to right. */
  readonly horizontalFlip: boolean;
  /** Shifts by up to this share of width and height, in both directions. */
  readonly shift: number;
  /** Shears by up to this many degrees, in both directions. */
  readonly shear: number;
  /** Scales width and height by factors from `1 - zoom` to `1 + zoom`. */
  readonly zoom: number;
}

export interface DataSettings {
  /** The last three are a person's own files: `ownData.ts`. */
  readonly dataSet: DataSetName;
  readonly preparation: Preparation;
  /** The number of images taken from the training set before the hold-out is split off; 0 means all. */
  readonly trainingImages: number;
  /** The number of training images held out for validation. */
  readonly holdOut: number;
  readonly shuffleBuffer: number;
  /** Percent of each class of a person's own data that validate, if the data come in one part. */
  readonly ownValidationShare: number;
  /** Percent that only test; 0: the images that validate also test. */
  readonly ownTestShare: number;
}

export interface Settings
  extends NetworkSettings,
    TrainingSettings,
    AugmentationSettings,
    DataSettings {}
export type SettingKey = keyof Settings;
