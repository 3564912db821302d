/**
 * What an engine does for the training loop. One executor holds one network with its weights on one
 * device; it is created for a run and disposed with it. Batches come as stored (uint8) or, for goldens,
 * already prepared; all metrics gather on the device and cross to the CPU only when asked for.
 */
import type { PixelBatch } from "../core/pixelBatch.ts";
import type { PlanOptions } from "../plan/planOptions.ts";
import type { Preparation } from "../settings/settings.ts";

/** Images that need no preparation any more. */
export interface PreparedBatch {
  readonly kind: "prepared";
  /** `[numImages, H, W, C]`, the network's input shape. */
  readonly values: Float32Array;
  readonly labels: Uint8Array;
  readonly numImages: number;
}

export type Batch = PixelBatch | PreparedBatch;

/** Everything that is fixed for a run and that an engine compiles or builds before the first step. */
export interface ExecutorOptions extends PlanOptions {
  /** What is done to the pixels of every batch. */
  readonly preparation: Preparation;
  /**
   * How many classes labels tell apart, where the head has one unit for all of them: every label is then that
   * unit's. Default: as many as the head has units.
   */
  readonly numLabelClasses?: number;
  /**
   * Feature maps and their gradients in 16 bits, with a scaled loss: WebGPU compiled and the reference. Default: all in 32
   * bits.
   */
  readonly mixedPrecision?: boolean;
}

/** Sums since the last reading. */
export interface TrainingMetrics {
  /** Sum of the steps' losses, each the mean over its batch: divide by `numSteps`. */
  readonly lossSum: number;
  readonly numCorrect: number;
  readonly numImages: number;
  readonly numSteps: number;
  /** Loss of the newest step alone (mean over its batch). */
  readonly lastLoss: number;
  /** Only where a weight or a moving statistic is infinite or NaN: a loss may hide that, behind a ReLU for one. */
  readonly hasNotFinite?: true;
  /** In mixed precision only. */
  readonly lossScale?: LossScale;
}

/** How mixed precision keeps small gradients from vanishing. */
export interface LossScale {
  /** What the gradient of the loss is multiplied by in the next step. */
  readonly scale: number;
  /** Steps of the run that changed no weight, since a gradient was beyond 16 bits. */
  readonly skippedSteps: number;
}

export interface Evaluation {
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
  readonly numImages: number;
  /** `[classes, classes]` counts, rows the true class; classes as labels tell them apart. */
  readonly confusion: Uint32Array;
  /** `[numImages]`, the predicted class of each image in the order it came. */
  readonly predicted: Uint8Array;
}

export interface ExecutorMemory {
  /** Bytes of device (or heap) memory in use by tensors. */
  readonly usedBytes: number;
  readonly numTensors: number;
}

/** What training goes on from, to the bit: for the same engine, backend and options it came from. */
export interface ExecutorState {
  /** Steps done. */
  readonly step: number;
  /** Weights by path, and the optimiser's vectors by names of the engine's own. Copies. */
  readonly vectors: ReadonlyMap<string, Float32Array | Float64Array>;
}

/** What a training step asks of a graphics device. */
export interface StepWork {
  readonly dispatches: number;
  readonly submits: number;
  /** Created in the step. */
  readonly buffers: number;
}

export interface ExecutorInfo {
  readonly engine: "tfjs" | "reference" | "wasm" | "webgpu";
  /** As the engine chip shows it: `TensorFlow.js · WebGPU`. */
  readonly label: string;
  /** Adapter, threads or backend in words. */
  readonly device: string;
  readonly backend: string;
}

export interface Executor {
  readonly info: ExecutorInfo;
  /** One step: forward, backward, optimiser at `learningRate`. Resolves when the step is submitted. */
  trainStep(batch: Batch, learningRate: number): Promise<void>;
  /** Waits until the device has finished, reads the sums since the last call and clears them. */
  readMetrics(): Promise<TrainingMetrics>;
  /** Inference, with moving statistics, over all batches. */
  evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation>;
  /** `[numImages, classes]`: the head's output (probabilities for a softmax head). */
  predict(batch: Batch): Promise<Float32Array>;
  /** Gradients by weight path for one batch, no update. For goldens and the inside views. */
  gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>>;
  /** Copies, which belong to whoever asked. */
  readWeights(): Promise<ReadonlyMap<string, Float32Array>>;
  /** Replaces the named weights; a wrong path or length is an error. */
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void;
  /** Waits until the device has finished. Metrics are no part of it. */
  readState(): Promise<ExecutorState>;
  /** Goes back, or on, to a state that such an engine gave; another's is an error. */
  writeState(state: ExecutorState): void;
  memory(): ExecutorMemory;
  /** Of the newest step; undefined before the first and on engines without a graphics device that counts. */
  readonly stepWork?: StepWork | undefined;
  /** Resolves with the reason when the device is lost; never otherwise. Whoever outlives it: `train/engine/recoveringExecutor.ts`. */
  readonly deviceLost: Promise<string>;
  dispose(): void;
}

/** What a replay against known numbers asks of an executor. One that runs elsewhere answers later. */
export interface ReplayExecutor
  extends Pick<Executor, "trainStep" | "readMetrics" | "predict" | "gradients" | "readWeights"> {
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void | Promise<void>;
  dispose(): void | Promise<void>;
}
