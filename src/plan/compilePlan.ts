/**
 * Compiles a LayerGraph and training settings to a TrainingPlan. This is a pure function: the same options give the same plan,
 * to the byte of its JSON. It knows the order of the phases (forward, loss, backward, update); what a layer does is in `ops/`.
 */
import { PlaygroundError } from "../core/errors.ts";
import type { MapShape } from "../core/shape.ts";
import type { LayerGraph } from "../network/graph.ts";
import { networkWeights } from "../network/networkWeights.ts";
import { BufferTable } from "./bufferTable.ts";
import { emitLayer, OPTIMIZERS } from "./emitters.ts";
import { measureLifetimes } from "./lifetimes.ts";
import { networkEnds, withoutSoftmax } from "./networkEnds.ts";
import { emitMovingAverages } from "./ops/batchNormalization.ts";
import { emitClipFactor } from "./ops/clipFactor.ts";
import { emitCrossEntropy, emitCrossEntropyGradient, emitMetrics } from "./ops/crossEntropy.ts";
import type { PlanOptions } from "./planOptions.ts";
import { Tape, type Value, type Weight } from "./tape.ts";
import type { PlanParameter, TrainingPlan } from "./trainingPlan.ts";
import { validatePlan } from "./validatePlan.ts";

/**
 * Persistent buffers and gradients come first and have the same ids for every batch size. Two plans of one network that differ
 * only in batch size can therefore share them.
 *
 * @throws PlaygroundError `network.*` when the graph is inconsistent or does not map one image to one row of class values.
 */
export function compilePlan(options: PlanOptions): TrainingPlan {
  const { graph, batchSize, labelSmoothing } = options;
  requireBatch(options);
  const ends = networkEnds(graph);
  const buffers = new BufferTable();
  const { parameters, weights } = addParameters(options, buffers);
  const metrics = buffers.add("metric", "sums", [3]);
  const inputs = {
    learningRate: buffers.add("input", "learningRate", [1]),
    step: buffers.add("input", "step", [1], "i32"),
    images: buffers.add("input", "images", [batchSize, ...ends.inputShape]),
    labels: buffers.add("label", "labels", [batchSize], "i32"),
  };
  const tapeFor = (training: boolean) =>
    new Tape({
      training,
      seed: options.seed,
      inputs,
      buffers,
      weights: training ? weights : withoutGradients(weights),
    });

  const training = tapeFor(true);
  const output = emitNetwork(training, withoutSoftmax(graph), options, ends.inputShape);
  const trainingResults = emitCrossEntropy(training, output, ends.loss, labelSmoothing);
  if (output.needsGradient) {
    training.runBackward(() =>
      emitCrossEntropyGradient(training, output, ends.loss, labelSmoothing),
    );
  }
  training.enterUpdate();
  emitMovingAverages(training);
  emitOptimizer(training, parameters, options);
  emitMetrics(training, trainingResults, metrics);

  const evaluation = tapeFor(false);
  const judged = emitNetwork(evaluation, withoutSoftmax(graph), options, ends.inputShape);
  const evaluationResults = emitCrossEntropy(evaluation, judged, ends.loss, 0);

  const prediction = tapeFor(false);
  const predicted = emitNetwork(prediction, graph, options, ends.inputShape);

  const programs = {
    training: { steps: training.steps, results: trainingResults },
    evaluation: { steps: evaluation.steps, results: evaluationResults },
    prediction: { steps: prediction.steps, results: { output: predicted.buffer } },
  };
  const plan: TrainingPlan = {
    name: graph.name,
    batchSize,
    numClasses: ends.numClasses,
    buffers: measureLifetimes({ programs, buffers: buffers.buffers }),
    inputs,
    programs,
    metrics,
    parameters,
  };
  validatePlan(plan);
  return plan;
}

/**
 * Adds all values, then all gradients, then the optimiser's vectors. An executor that stores each group contiguously in this
 * order can update all weights in one launch.
 */
function addParameters(options: PlanOptions, buffers: BufferTable) {
  const { graph, frozenLayers, optimizer } = options;
  const specs = networkWeights(graph, frozenLayers);
  const slotNames = OPTIMIZERS[optimizer.kind].slots(optimizer);
  const isTrained = (index: number) => specs[index]?.trainable === true && !specs[index].frozen;
  const values = specs.map(({ path, shape, trainable }) =>
    buffers.add(trainable ? "parameter" : "moving-statistic", path, shape),
  );
  const gradients = specs.map(({ path, shape }, index) =>
    isTrained(index) ? buffers.add("gradient", `d ${path}`, shape) : undefined,
  );
  const slots = specs.map(({ path, shape }, index) =>
    Object.fromEntries(
      (isTrained(index) ? slotNames : []).map((name) => [
        name,
        buffers.add("optimizer-state", `${path}:${name}`, shape),
      ]),
    ),
  );
  const weights = new Map<string, Weight>();
  const parameters = specs.map(({ path, shape }, index): PlanParameter => {
    const gradient = gradients[index];
    const value = values[index] ?? 0;
    weights.set(path, { buffer: value, shape, gradient });
    return { path, value, ...(gradient !== undefined && { gradient }), slots: slots[index] ?? {} };
  });
  return { parameters, weights };
}

function emitNetwork(
  tape: Tape,
  graph: LayerGraph,
  { frozenLayers, batchSize }: PlanOptions,
  inputShape: MapShape,
): Value {
  const values = new Map<string, Value>();
  let output: Value = {
    buffer: tape.inputs.images,
    shape: [batchSize, ...inputShape],
    needsGradient: false,
  };
  for (const [index, layer] of graph.layers.entries()) {
    if (layer.type !== "InputLayer") {
      const [x, ...others] = layer.inputs.flatMap((name) => values.get(name) ?? []);
      if (x === undefined) throw new RangeError(`${layer.name} has no input`);
      tape.enterLayer(layer.name, index < frozenLayers);
      output = emitLayer(tape, layer, x, ...others);
    }
    values.set(layer.name, output);
  }
  return output;
}

function emitOptimizer(
  tape: Tape,
  parameters: readonly PlanParameter[],
  { optimizer }: PlanOptions,
): void {
  const trained = parameters.flatMap(({ gradient, ...parameter }) =>
    gradient === undefined ? [] : { ...parameter, gradient },
  );
  if (trained.length === 0) return;
  const emitter = OPTIMIZERS[optimizer.kind];
  const gradients = trained.map(({ gradient }) => gradient);
  const slots = Object.fromEntries(
    emitter
      .slots(optimizer)
      .map((name) => [name, trained.flatMap((parameter) => parameter.slots[name] ?? [])]),
  );
  emitter.emit(
    tape,
    {
      parameters: trained.map(({ value }) => value),
      gradients,
      slots,
      gradientFactor: emitClipFactor(tape, gradients, optimizer.clipNorm),
    },
    optimizer,
  );
}

function withoutGradients(weights: ReadonlyMap<string, Weight>): ReadonlyMap<string, Weight> {
  return new Map([...weights].map(([path, weight]) => [path, { ...weight, gradient: undefined }]));
}

function requireBatch({ batchSize, graph }: PlanOptions): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: graph.name,
    rule: "a step needs at least one image",
    expected: "a whole batch size of at least 1",
    got: String(batchSize),
    remedy: "Choose another batch size.",
    context: { setting: "batchSize" },
  });
}
