/**
 * The interface between the training loop and an engine. One executor holds one network with its weights on one device. It is
 * created for a run and disposed with it. Batches come as stored (uint8) or, for goldens, already prepared. All metrics
 * accumulate on the device and are copied to the CPU only when they are read.
 */
import type { Classified } from "../core/classified.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import type { PlanOptions } from "../plan/planOptions.ts";
import type { Preparation } from "../settings/settings.ts";

/** Images that need no preparation. */
export interface PreparedBatch {
  readonly kind: "prepared";
  /** `[numImages, H, W, C]`, the network's input shape. */
  readonly values: Float32Array;
  readonly labels: Uint8Array;
  readonly numImages: number;
}

export type Batch = PixelBatch | PreparedBatch;

/** Everything that is fixed for a run, which an engine compiles or builds before the first step. */
export interface ExecutorOptions extends PlanOptions {
  /** The preparation of the pixels of every batch. */
  readonly preparation: Preparation;
  /**
   * The number of classes in the labels, when the head has one unit for all of them. Every label then belongs to that unit.
   * Default: the number of units of the head.
   */
  readonly numLabelClasses?: number;
  /**
   * Stores feature maps and their gradients in 16 bits and scales the loss; for WebGPU compiled and the reference. Default:
   * everything in 32 bits.
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
  /**
   * Present only when a weight or a moving statistic is infinite or NaN. The loss may not show that, for example after a ReLU.
   */
  readonly hasNotFinite?: true;
  /** Present only in mixed precision. */
  readonly lossScale?: LossScale;
}

/** The scaling with which mixed precision prevents small gradients from becoming zero. */
export interface LossScale {
  /** The factor on the gradient of the loss in the next step. */
  readonly scale: number;
  /** The number of steps of the run that updated no weight, because a gradient overflowed 16 bits. */
  readonly skippedSteps: number;
}

/** The images are in the order of the batches. */
export interface Evaluation extends Classified {
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
  readonly numImages: number;
  /** `[classes, classes]` counts; rows are the true class. The classes are those of the labels. */
  readonly confusion: Uint32Array;
}

export interface ExecutorMemory {
  /** Bytes of device (or heap) memory in use by tensors. */
  readonly usedBytes: number;
  readonly numTensors: number;
}

/** The state from which training can continue to the bit, on the same engine and backend with the same options. */
export interface ExecutorState {
  /** The number of steps done. */
  readonly step: number;
  /** Copies of the weights by path, and of the optimiser's vectors by the engine's own names. */
  readonly vectors: ReadonlyMap<string, Float32Array | Float64Array>;
}

/** The work that a training step submits to a graphics device. */
export interface StepWork {
  readonly dispatches: number;
  readonly submits: number;
  /** The number of buffers created in the step. */
  readonly buffers: number;
}

export interface ExecutorInfo {
  readonly engine: "tfjs" | "reference" | "wasm" | "webgpu";
  /** The name in the engine chip: `TensorFlow.js · WebGPU`. */
  readonly label: string;
  /** Describes the adapter, the threads or the backend. */
  readonly device: string;
  readonly backend: string;
}

/** An engine that holds one network on one device. */
export interface OpenEngine {
  readonly info: ExecutorInfo;
  memory(): ExecutorMemory;
  /**
   * Resolves with the reason when the device is lost; never otherwise. `train/engine/recoveringExecutor.ts` continues a run
   * after a loss.
   */
  readonly deviceLost: Promise<string>;
  dispose(): void;
}

export interface Trainer {
  /** Takes one step: forward, backward, optimiser at `learningRate`. Resolves when the step is submitted. */
  trainStep(batch: Batch, learningRate: number): Promise<void>;
  /** Waits until the device has finished, reads the sums since the last call and resets them. */
  readMetrics(): Promise<TrainingMetrics>;
  /** Describes the newest step. Undefined before the first step, and on engines that do not count their work. */
  readonly stepWork?: StepWork | undefined;
}

/** Runs the network with its moving statistics and without dropout. */
export interface Inference {
  evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation>;
  /** `[numImages, classes]`: the head's output (probabilities for a softmax head). */
  predict(batch: Batch): Promise<Float32Array>;
}

export interface WeightSource {
  /** Returns copies, which the caller owns. */
  readWeights(): Promise<ReadonlyMap<string, Float32Array>>;
}

export interface WeightHolder extends WeightSource {
  /** Replaces the named weights; a wrong path or length is an error. */
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void;
}

export interface StateHolder {
  /**
   * Waits until the device has finished. The state does not include metrics.
   * @param reused a state of this engine that the caller gives up. An engine may return its arrays with the new numbers, since
   * new memory takes longer to get than the copy itself.
   */
  readState(reused?: ExecutorState): Promise<ExecutorState>;
  /** Restores a state that the same kind of engine returned; another state is an error. */
  writeState(state: ExecutorState): void;
}

export interface GradientSource {
  /** Returns gradients by weight path for one batch, without an update. For goldens and tests. */
  gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>>;
}

/** What a run needs of an engine. Only training steps change its weights. */
export interface TrainingExecutor extends OpenEngine, Trainer, Inference, WeightSource {}

/** What a run needs of an engine that it opens: to start from given weights, and to continue after a loss of the device. */
export interface RestorableExecutor extends TrainingExecutor, WeightHolder, StateHolder {}

/** Everything that an engine can do. Callers ask for the narrowest of these roles. */
export interface Executor extends RestorableExecutor, GradientSource {}

/** The methods of an executor that a replay against known numbers needs. They may be asynchronous when it runs elsewhere. */
export interface ReplayExecutor
  extends Pick<Trainer, "trainStep" | "readMetrics">,
    Pick<Inference, "predict">,
    GradientSource,
    WeightSource {
  writeWeights(weights: ReadonlyMap<string, Float32Array>): void | Promise<void>;
  dispose(): void | Promise<void>;
}
