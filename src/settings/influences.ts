/**
 * What each setting has a bearing on: the one place that says so. Lists of keys are taken from here, and the compiler asks
 * for an entry for every setting. That the network's own settings decide the network is said by their group in `fields.ts`.
 */
import { FIELDS, SETTING_KEYS } from "./fields.ts";
import type { SettingKey } from "./settings.ts";

/**
 * `batches`: which images come in which batch and what they look like to every network; `length`: how many batches an epoch,
 * a run and a validation have; `step`: how long a step takes, the network apart; `engine`: how it is computed; `result`: only
 * what is learnt.
 */
export type Influence = "batches" | "length" | "step" | "engine" | "result";

const NETWORK: readonly Influence[] = ["step", "result"];
const IMAGES: readonly Influence[] = ["batches", "length"];
const DISTORTION: readonly Influence[] = ["batches", "step"];
const ENGINE: readonly Influence[] = ["engine", "step"];
const LENGTH: readonly Influence[] = ["length"];
const RESULT: readonly Influence[] = ["result"];

const INFLUENCES: { readonly [K in SettingKey]: readonly Influence[] } = {
  network: NETWORK,
  middleRepeats: NETWORK,
  inputSize: NETWORK,
  width: NETWORK,
  depthMultiplier: NETWORK,
  convolution: NETWORK,
  intermediateActivation: NETWORK,
  residual: NETWORK,
  // Pictures in colour are read in grey for a network that sees no colours: all lanes of a race get the same ones.
  inputChannels: ["batches", "step", "result"],
  classes: NETWORK,
  stemPadding: NETWORK,
  poolPadding: NETWORK,
  bias: NETWORK,
  residualBatchNorm: NETWORK,
  reluFirst: NETWORK,
  reluBeforeAdd: NETWORK,
  exitFilters: NETWORK,
  exitReluPosition: NETWORK,
  finalRelu: NETWORK,
  head: NETWORK,
  batchNormMomentum: NETWORK,
  batchNormEpsilon: NETWORK,
  batchNormScale: NETWORK,
  batchNormCenter: NETWORK,
  optimizer: ["step", "result"],
  learningRate: RESULT,
  momentum: ["step", "result"],
  weightDecay: RESULT,
  clipNorm: ["step", "result"],
  labelSmoothing: RESULT,
  schedule: RESULT,
  warmUpSteps: RESULT,
  decayFactor: RESULT,
  decayEpochs: RESULT,
  batchSize: ["batches", "length", "step"],
  budget: LENGTH,
  epochs: LENGTH,
  steps: LENGTH,
  stepsPerEpoch: LENGTH,
  validationSteps: LENGTH,
  remainder: IMAGES,
  seed: ["batches", "result"],
  base: RESULT,
  frozenLayers: ["step", "result"],
  engine: ENGINE,
  threads: ENGINE,
  reproducible: ENGINE,
  mixedPrecision: ENGINE,
  tfjsBackend: ENGINE,
  horizontalFlip: DISTORTION,
  shift: DISTORTION,
  shear: DISTORTION,
  zoom: DISTORTION,
  // Its images have a size, colours and classes.
  dataSet: ["batches", "length", "step"],
  preparation: ["step", "result"],
  trainingImages: IMAGES,
  holdOut: IMAGES,
  shuffleBuffer: ["batches"],
};

/** In the order of the table of settings. */
export function keysWith(...influences: readonly Influence[]): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => INFLUENCES[key].some((some) => influences.includes(some)));
}

/** Those that make the network. */
export const NETWORK_KEYS: readonly SettingKey[] = SETTING_KEYS.filter(
  (key) => FIELDS[key].group === "network",
);
