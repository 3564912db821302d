/**
 * The executor on TensorFlow.js, which runs a real `tf.LayersModel` eagerly. It works on every machine, and compiled engines
 * are compared with it. It owns the model, the optimiser's state and the metrics. All executors of a worker share the backend,
 * because TensorFlow.js has a single current one (`backends/shareBackend.ts`).
 */
import * as tf from "@tensorflow/tfjs";
import { type BridgedModel, toLayersModel } from "../../bridge/toLayersModel.ts";
import type { MapShape } from "../../core/shape.ts";
import { initialWeights } from "../../network/initialize.ts";
import { networkEnds } from "../../plan/networkEnds.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import type { DeviceWeights, WeightsOnDevice } from "../copyWeights.ts";
import { countsBetween } from "../device/deviceMeter.ts";
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
import { requireBatch } from "../requirements.ts";
import { BackendCalls } from "./backendCalls.ts";
import { BACKEND_TITLES, type OpenBackend } from "./backends/openBackend.ts";
import { DeviceMetrics } from "./deviceMetrics.ts";
import { evaluate, judgeBatch } from "./evaluate.ts";
import { targets } from "./loss.ts";
import { ModelWeights } from "./modelWeights.ts";
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
  readonly #weights: ModelWeights;
  readonly #calls: BackendCalls;
  readonly #buckets: ParameterBuckets;
  readonly #metrics = new DeviceMetrics();
  /** Resolves when the device has completed the step before the newest one. */
  #previousStep: Promise<void> = Promise.resolve();
  #newestStep: Promise<void> = Promise.resolve();
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
    this.#weights = new ModelWeights(this.#bridged);
    this.#calls = new BackendCalls(backend);
    this.#buckets = new ParameterBuckets(
      this.#weights.trained.map(({ variable }) => variable),
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
  }

  /** The network with its current weights. The executor keeps owning it. */
  get model(): tf.LayersModel {
    return this.#bridged.model;
  }

  /** The optimiser's vectors, for saving a run. The executor keeps owning them. */
  get optimizerState(): OptimizerState {
    return this.#buckets.state;
  }

  async trainStep(batch: Batch, learningRate: number): Promise<void> {
    // One step runs while the next is prepared. More steps in flight would only delay pausing.
    await this.#calls.wait(() => this.#previousStep);
    // From here on nothing is awaited, so no other executor computes on the device before the second count.
    const before = this.#backend.counts?.();
    this.#bridged.clock.updateStatistics = true;
    this.#calls.tidily(() => {
      const { loss, numCorrect, gradients } = this.#differentiate(batch);
      if (this.#weights.trained.length > 0) this.#buckets.update(gradients, learningRate);
      this.#metrics.add(loss, numCorrect, batch.numImages);
      numCorrect.dispose();
    });
    this.#bridged.clock.step += 1;
    this.#previousStep = this.#newestStep;
    this.#newestStep = this.#calls.ask(() => this.#backend.finish());
    // The next call reports this error. Until then it must not count as an unhandled rejection.
    this.#newestStep.catch(() => {});
    const after = this.#backend.counts?.();
    if (before !== undefined && after !== undefined) this.#stepWork = countsBetween(before, after);
  }

  get stepWork(): StepWork | undefined {
    return this.#stepWork;
  }

  async readMetrics(): Promise<TrainingMetrics> {
    return this.#calls.wait(() => this.#metrics.read(this.#weights.held(this.#buckets.joined())));
  }

  async evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    onProgress?: (numImages: number) => void | Promise<void>,
  ): Promise<Evaluation> {
    const read = (tensor: tf.Tensor) => this.#calls.read(tensor);
    const tally = createEvaluationTally(this.#numLabelClasses);
    const judge = (batch: Batch) =>
      this.#calls.tidily(() =>
        judgeBatch(this.#bridged, this.#prepare(batch), batch.labels, this.#numClasses),
      );
    return evaluate(judge, this.#bridged.head, tally, batches, read, onProgress);
  }

  async predict(batch: Batch): Promise<Float32Array> {
    return this.#calls.read(this.#calls.tidily(() => this.#bridged.predict(this.#prepare(batch))));
  }

  async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    this.#bridged.clock.updateStatistics = false;
    const { gradients } = this.#calls.tidily(() => {
      const { loss, numCorrect, gradients } = this.#differentiate(batch);
      tf.dispose([loss, numCorrect]);
      return { gradients };
    });
    return this.#calls.readAll(
      this.#weights.trained.flatMap(({ spec, variable }) => {
        const gradient = gradients[variable.name];
        return gradient === undefined ? [] : [[spec.path, gradient] as const];
      }),
    );
  }

  async readWeights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#calls.readAll(
      this.#bridged.weights.map(({ spec, variable }) => [spec.path, variable.clone()] as const),
    );
  }

  writeWeights(weights: ReadonlyMap<string, Float32Array>): void {
    this.#weights.require(weights);
    this.#calls.tidily(() => this.#weights.assign(weights));
    this.#buckets.forgetWeights();
  }

  async readState(): Promise<ExecutorState> {
    const { slots } = this.#buckets.state;
    const slotTensors = [...slots].flatMap(([name, vectors]) =>
      vectors.map((vector, bucket) => [slotKey(name, bucket), vector.clone()] as const),
    );
    const weights = await this.readWeights();
    const optimizer = await this.#calls.readAll(slotTensors);
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
    return { device: tensors.device, places: tensors.placesOf(this.#weights.variables) };
  }

  takeDeviceWeights({ places }: DeviceWeights): void {
    this.#weights.assignFrom(places, this.#backend.tensors);
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
    const variables = this.#weights.trained.map(({ variable }) => variable);
    return lossAndGradients(this.#bridged, variables, input, labels, wanted);
  }

  get #numLabelClasses(): number {
    return this.#options.numLabelClasses ?? this.#numClasses;
  }

  #prepare(batch: Batch): tf.Tensor4D {
    requireBatch(batch, this.#inputShape, this.#numLabelClasses);
    return prepareBatch(batch, this.#inputShape, this.#preparation);
  }
}
