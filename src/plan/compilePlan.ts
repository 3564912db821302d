/**
 * Compiles a LayerGraph and training settings to a plan of one program or of all three. This is a pure function: the same
 * options give the same plan, to the byte of its JSON. It knows the order of the phases (forward, loss, backward, update); what
 * a layer does is in `ops/`.
 */

import { PlaygroundError } from "../core/errors.ts";
import type { MapShape } from "../core/shape.ts";
import { frozenNames } from "../network/frozen.ts";
import type { LayerGraph } from "../network/graph.ts";
import { withoutSoftmax } from "../network/head.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { ProgramName } from "./buffers.ts";
import { BufferTable } from "./bufferTable.ts";
import { emitLayer } from "./emitters.ts";
import { measureLifetimes } from "./lifetimes.ts";
import { networkEnds } from "./networkEnds.ts";
import { emitMovingAverages } from "./ops/batchNormalization.ts";
import { emitClipFactor } from "./ops/clipFactor.ts";
import { emitCrossEntropy, emitCrossEntropyGradient, emitMetrics } from "./ops/crossEntropy.ts";
import { emitUpdate, slotsOf } from "./ops/optimizer.ts";
import type { PlanOptions } from "./planOptions.ts";
import { Tape, type Value, type Weight } from "./tape.ts";
import type { Plan, PlanParameter, Programs, TrainingPlan } from "./trainingPlan.ts";
import { validatePlan } from "./validatePlan.ts";

/**
 * Compiles all three programs into one plan.
 *
 * Persistent buffers and gradients come first and have the same ids for every batch size and every choice of programs. Two
 * plans of one network that differ only in these can therefore share them.
 *
 * @throws PlaygroundError `network.*` when the graph is inconsistent or does not map one image to one row of class values.
 */
export function compilePlan(options: PlanOptions): TrainingPlan {
  const network = declareNetwork(options);
  return finishPlan(network, {
    training: emitTraining(network),
    evaluation: emitEvaluation(network),
    prediction: emitPrediction(network),
  });
}

/** Compiles one program alone, so that its plan has no activations of the others. Otherwise it is like `compilePlan`. */
export function compileProgram(options: PlanOptions, name: ProgramName): Plan {
  const network = declareNetwork(options);
  switch (name) {
    case "training":
      return finishPlan(network, { training: emitTraining(network) });
    case "evaluation":
      return finishPlan(network, { evaluation: emitEvaluation(network) });
    case "prediction":
      return finishPlan(network, { prediction: emitPrediction(network) });
  }
}

/** The buffers and parameters that all programs of a network share. */
type Declared = ReturnType<typeof declareNetwork>;

function declareNetwork(options: PlanOptions) {
  const { graph, batchSize } = options;
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
  return { options, ends, buffers, parameters, weights, metrics, inputs };
}

function tapeFor({ options, inputs, buffers, weights }: Declared, training: boolean): Tape {
  return new Tape({
    training,
    seed: options.seed,
    inputs,
    buffers,
    weights: training ? weights : withoutGradients(weights),
  });
}

function emitTraining(network: Declared): Programs["training"] {
  const { options, ends, parameters, metrics } = network;
  const { graph, labelSmoothing } = options;
  const tape = tapeFor(network, true);
  const output = emitNetwork(tape, withoutSoftmax(graph), options, ends.inputShape);
  const results = emitCrossEntropy(tape, output, ends.loss, labelSmoothing);
  if (output.needsGradient)
    tape.runBackward(() => emitCrossEntropyGradient(tape, output, ends.loss, labelSmoothing));
  tape.enterUpdate();
  emitMovingAverages(tape);
  emitOptimizer(tape, parameters, options);
  emitMetrics(tape, results, metrics);
  return { steps: tape.steps, results };
}

function emitEvaluation(network: Declared): Programs["evaluation"] {
  const { options, ends } = network;
  const tape = tapeFor(network, false);
  const output = emitNetwork(tape, withoutSoftmax(options.graph), options, ends.inputShape);
  const results = emitCrossEntropy(tape, output, ends.loss, 0);
  return { steps: tape.steps, results };
}

function emitPrediction(network: Declared): Programs["prediction"] {
  const { options, ends } = network;
  const tape = tapeFor(network, false);
  const output = emitNetwork(tape, options.graph, options, ends.inputShape);
  return { steps: tape.steps, results: { output: output.buffer } };
}

function finishPlan<P extends Partial<Programs>>(
  { options, ends, buffers, inputs, metrics, parameters }: Declared,
  programs: P,
) {
  const plan = {
    name: options.graph.name,
    batchSize: options.batchSize,
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
  const frozen = frozenNames(graph, frozenLayers);
  const specs = networkWeights(graph, frozenLayers);
  const slotNames = slotsOf(optimizer);
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
  const momenta = new Map(
    graph.layers.flatMap((layer) =>
      layer.type === "BatchNormalization" && !frozen.has(layer.name)
        ? [[layer.name, layer.momentum] as const]
        : [],
    ),
  );
  const weights = new Map<string, Weight>();
  const parameters = specs.map(({ path, shape, layer, trainable }, index): PlanParameter => {
    const gradient = gradients[index];
    const value = values[index] ?? 0;
    const momentum = trainable ? undefined : momenta.get(layer);
    weights.set(path, { buffer: value, shape, gradient });
    return {
      path,
      value,
      ...(gradient !== undefined && { gradient }),
      ...(momentum !== undefined && { momentum }),
      slots: slots[index] ?? {},
    };
  });
  return { parameters, weights };
}

function emitNetwork(
  tape: Tape,
  graph: LayerGraph,
  { frozenLayers, batchSize }: PlanOptions,
  inputShape: MapShape,
): Value {
  const frozen = frozenNames(graph, frozenLayers);
  const values = new Map<string, Value>();
  let output: Value = {
    buffer: tape.inputs.images,
    shape: [batchSize, ...inputShape],
    needsGradient: false,
  };
  for (const layer of graph.layers) {
    if (layer.type !== "InputLayer") {
      const [x, ...others] = layer.inputs.flatMap((name) => values.get(name) ?? []);
      if (x === undefined) throw new RangeError(`${layer.name} has no input`);
      tape.enterLayer(layer.name, frozen.has(layer.name));
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
  const gradients = trained.map(({ gradient }) => gradient);
  const slots = Object.fromEntries(
    slotsOf(optimizer).map((name) => [
      name,
      trained.flatMap((parameter) => parameter.slots[name] ?? []),
    ]),
  );
  emitUpdate(
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
