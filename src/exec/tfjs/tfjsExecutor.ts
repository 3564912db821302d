/**
 * The executor on TensorFlow.js: a real `tf.LayersModel`, run eagerly. The fallback that runs everywhere and
 * the one that compiled engines are compared with. Owns model, optimiser state and metrics, and shares the
 * backend with others in its worker, since TensorFlow.js keeps one for all (`backends/shareBackend.ts`).
 */
import * as tf from "@tensorflow/tfjs";
import {
  type BridgedModel,
  type BridgedWeight,
  toLayersModel,
} from "../../bridge/toLayersModel.ts";
import type { PlaygroundError } from "../../core/errors.ts";
import type { MapShape } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { networkEnds } from "../../plan/networkEnds.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import { type DeviceWeights, requirePlaces, type WeightsOnDevice } from "../copyWeights.ts";
import { countsBetween } from "../deviceMeter.ts";
import { createEvaluationTally } from "../evaluationTally.ts";
import type {
  Batch,
  Evaluation,
  Executor,
  ExecutorInfo,
  ExecutorMemory,
  ExecutorOptions,
  ExecutorState,
  StepWork,
  TrainingMetrics,
} from "../executor.ts";
import { requireBatch, requireWeights } from "../requirements.ts";
import { BACKEND_TITLES, type OpenBackend } from "./backends/openBackend.ts";
import { DeviceMetrics } from "./deviceMetrics.ts";
import { evaluate, judgeBatch } from "./evaluate.ts";
import { targets } from "./loss.ts";
import { lostFault } from "./lostFault.ts";
import { partsOf, slotKey } from "./optimizerVectors.ts";
import { type OptimizerState, ParameterBuckets } from "./parameterBuckets.ts";
import { prepareBatch } from "./prepareBatch.ts";
import { lossAndGradients, type StepResult } from "./trainStep.ts";

export class TfjsExecutor implements Executor, WeightsOnDevice {
  readonly info: ExecutorInfo;
  readonly deviceLost: Promise<string>;
  readonly #options: ExecutorOptions;
  readonly #backend: OpenBackend;
  readonly #inputShape: MapShape;
  readonly #preparation: LinearPreparation | undefined;
  readonly #numClasses: number;
  readonly #bridged: BridgedModel;
  readonly #byPath: ReadonlyMap<string, BridgedWeight>;
  readonly #trained: readonly BridgedWeight[];
  readonly #buckets: ParameterBuckets;
  readonly #metrics = new DeviceMetrics();
  /** Resolves when the device has done the step before the newest. */
  #previousStep: Promise<void> = Promise.resolve();
  #newestStep: Promise<void> = Promise.resolve();
  #lossOfDevice: PlaygroundError | undefined;
  /** Ends every wait when the device is lost. */
  readonly #waiting = new Set<(fault: PlaygroundError) => void>();
  #stepWork: StepWork | undefined;
  #disposed = false;

  /** @throws PlaygroundError `engine.unsupported` or `network.*` */
  constructor(options: ExecutorOptions, backend: OpenBackend) {
    const ends = networkEnds(options.graph);
    this.#options = options;
    this.#backend = backend;
    this.#inputShape = ends.inputShape;
    this.#preparation = linearPreparation(options.preparation, ends.inputShape[2]);
    this.#numClasses = ends.numClasses;
    this.#bridged = toLayersModel(options.graph, options);
    this.#byPath = new Map(this.#bridged.weights.map((weight) => [weight.spec.path, weight]));
    this.#trained = this.#bridged.weights.filter(({ spec }) => spec.trainable && !spec.frozen);
    this.#buckets = new ParameterBuckets(
      this.#trained.map(({ variable }) => variable),
      options.optimizer,
    );
    this.writeWeights(initialWeights(options.graph, options.seed));

    const title = BACKEND_TITLES[backend.name];
    this.info = {
      engine: "tfjs",
      label: `TensorFlow.js · ${title}`,
      device: backend.device,
      backend: backend.name,
    };
    this.deviceLost = backend.lost;
    void backend.lost.then((reason) => {
      this.#lossOfDevice = lostFault(title, reason);
      for (const reject of this.#waiting) reject(this.#lossOfDevice);
    });
  }

  /** The network itself, with the weights as they are; the executor's. */
  get model(): tf.LayersModel {
    return this.#bridged.model;
  }

  /** For saving a run: the optimiser's vectors, which stay the executor's. */
  get optimizerState(): OptimizerState {
    return this.#buckets.state;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    // One step runs while the next is prepared; more would only delay pausing.
    await this.#orFault(this.#previousStep);
    // Nobody else computes on the device from here to the end: nothing below is waited for.
    const before = this.#backend.counts?.();
    this.#bridged.clock.updateStatistics = true;
    this.#tidily(() => {
      const { loss, numCorrect, gradients } = this.#differentiate(batch);
      if (this.#trained.length > 0) this.#buckets.update(gradients, learningRate);
      this.#metrics.add(loss, numCorrect, batch.numImages);
      numCorrect.dispose();
    });
    this.#bridged.clock.step += 1;
    this.#previousStep = this.#newestStep;
    this.#newestStep = this.#ask(() => this.#backend.finish());
    // Told by the next call; until then it must not count as unhandled.
    this.#newestStep.catch(() => {});
    const after = this.#backend.counts?.();
    if (before !== undefined && after !== undefined) this.#stepWork = countsBetween(before, after);
  }

  get stepWork(): StepWork | undefined {
    return this.#stepWork;
  }

  async readMetrics(): Promise<TrainingMetrics> {
    return this.#orFault(this.#ask(() => this.#metrics.read(this.#held())));
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const read = (tensor: tf.Tensor) => this.#read(tensor);
    const tally = createEvaluationTally(this.#numLabelClasses);
    const judge = (batch: Batch) =>
      this.#tidily(() =>
        judgeBatch(this.#bridged, this.#prepare(batch), batch.labels, this.#numClasses),
      );
    return evaluate(judge, tally, batches, read, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    return this.#read(this.#tidily(() => this.#bridged.predict(this.#prepare(batch))));
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    this.#bridged.clock.updateStatistics = false;
    const { gradients } = this.#tidily(() => {
      const { loss, numCorrect, gradients } = this.#differentiate(batch);
      tf.dispose([loss, numCorrect]);
      return { gradients };
    });
    return this.#readAll(
      this.#trained.flatMap(({ spec, variable }) => {
        const gradient = gradients[variable.name];
        return gradient === undefined ? [] : [[spec.path, gradient] as const];
      }),
    );
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#readAll(
      this.#bridged.weights.map(({ spec, variable }) => [spec.path, variable.clone()] as const),
    );
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    requireWeights(weights, this.#sizes);
    // Only now, so that a wrong map changes nothing. Copied, since tfjs would keep the caller's array.
    this.#tidily(() => {
      for (const [path, values] of weights) {
        const variable = this.#byPath.get(path)?.variable;
        variable?.assign(tf.tensor(values.slice(), variable.shape));
      }
    });
    this.#buckets.forgetWeights();
  }

  async readState(): Promise<ExecutorState> {
    const { slots } = this.#buckets.state;
    const slotTensors = [...slots].flatMap(([name, vectors]) =>
      vectors.map((vector, bucket) => [slotKey(name, bucket), vector.clone()] as const),
    );
    const weights = await this.readWeights();
    const optimizer = await this.#readAll(slotTensors);
    const { step } = this.#bridged.clock;
    return { step, vectors: new Map([...weights, ...optimizer]) };
  }

  writeState({ step, vectors }: ExecutorState): void {
    const { weights, slots } = partsOf(vectors);
    this.writeWeights(weights);
    this.#buckets.restore(step, slots);
    this.#bridged.clock.step = step;
  }

  deviceWeights(): DeviceWeights | undefined {
    const { tensors } = this.#backend;
    if (tensors === undefined) return undefined;
    return { device: tensors.device, places: tensors.placesOf(this.#variables) };
  }

  takeDeviceWeights({ places }: DeviceWeights): void {
    requirePlaces(places, this.#sizes);
    const tensors = this.#backend.tensors?.tensorsAt(places, this.#variables);
    for (const [path, tensor] of tensors ?? []) {
      this.#byPath.get(path)?.variable.assign(tensor);
      tensor.dispose();
    }
    this.#buckets.forgetWeights();
  }

  memory(): ExecutorMemory {
    return { usedBytes: this.#backend.usedBytes(), numTensors: tf.memory().numTensors };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#metrics.dispose();
    this.#buckets.dispose();
    this.#bridged.dispose();
    this.#backend.dispose();
  }

  #differentiate(batch: Batch): StepResult {
    const input = this.#prepare(batch);
    const labels = tf.tensor1d(Int32Array.from(batch.labels), "int32");
    const wanted = targets(labels, this.#numClasses, this.#options.labelSmoothing);
    const variables = this.#trained.map(({ variable }) => variable);
    return lossAndGradients(this.#bridged, variables, input, labels, wanted);
  }

  /** All that the network is made of: what the optimiser joined as it joined it, the rest as it is. */
  #held(): readonly tf.Tensor[] {
    const joined = this.#buckets.joined();
    const rest = this.#bridged.weights.filter(
      ({ spec }) => joined.length === 0 || !spec.trainable || spec.frozen,
    );
    return [...joined, ...rest.map(({ variable }) => variable)];
  }

  get #variables(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.#byPath].map(([path, { variable }]) => [path, variable]));
  }

  /** By weight path, in numbers. */
  get #sizes(): ReadonlyMap<string, number> {
    return new Map([...this.#byPath].map(([path, { variable }]) => [path, variable.size]));
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.#numClasses;
  }

  #prepare(batch: Batch): tf.Tensor4D {
    requireBatch(batch, this.#inputShape, this.#numLabelClasses);
    return prepareBatch(batch, this.#inputShape, this.#preparation);
  }

  async #read(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      return Float32Array.from(await this.#orFault(this.#ask(() => tensor.data())));
    } finally {
      tensor.dispose();
    }
  }

  async #readAll(
    tensors: readonly (readonly [string, tf.Tensor])[],
  ): Promise<ReadonlyMap<string, Float32Array>> {
    return new Map(
      await Promise.all(
        tensors.map(async ([path, tensor]) => [path, await this.#read(tensor)] as const),
      ),
    );
  }

  /** The result, unless the device is lost meanwhile or has reported an error: reads would wait forever. */
  async #orFault<T>(result: Promise<T>): Promise<T> {
    if (this.#lossOfDevice !== undefined) throw this.#lossOfDevice;
    // Not `Promise.race` with `lost`: every race would hang on that promise for the whole run.
    const value = await new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      // A device that goes breaks what is under way first and is told lost a moment later: the cause is waited for.
      const onError = (error: unknown) => {
        setTimeout(() => reject(this.#lossOfDevice ?? error), 100);
      };
      result.then(resolve, onError).finally(() => this.#waiting.delete(reject));
    });
    await this.#backend.settled?.();
    const fault = this.#backend.fault();
    if (fault !== undefined) throw fault;
    return value;
  }

  /** What `act` asks of the device is this executor's, errors included. */
  #ask<T>(act: () => T): T {
    const { ask } = this.#backend;
    return ask === undefined ? act() : ask(act);
  }

  #tidily<T extends tf.TensorContainer>(act: () => T): T {
    return this.#ask(() => tf.tidy(act));
  }
}
