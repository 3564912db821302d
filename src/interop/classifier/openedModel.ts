/**
 * What the page makes of a model file: a classifier of images, the preparation that the file speaks for, and the reason why it
 * can only be looked at, if there is one. Pure functions.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { type MapShape, sizeOf } from "../../core/shape.ts";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import { analyze } from "../../network/analyze.ts";
import type { Activation, LayerGraph } from "../../network/graph.ts";
import { headLayer } from "../../network/headLayer.ts";
import { convolutionOf } from "../../network/networks/opened.ts";
import { FIELDS } from "../../settings/fields.ts";
import type { OpenedName, Preparation, Settings } from "../../settings/settings.ts";
import type { ImportedInput, ImportedModel } from "../importedModel.ts";
import { knownPreparation } from "../knownPreparation.ts";
import { type Network, withScaling, withSoftmax, withTwoOutputs } from "./asClassifier.ts";

interface Guess {
  readonly preparation: Preparation;
  readonly reason: string;
  /** Whether the file itself says so, which no measurement overrules. */
  readonly isStated: boolean;
}

export interface OpenedModel {
  /** The name of its file. */
  readonly title: string;
  readonly origin: string;
  readonly graph: LayerGraph;
  readonly analysis: NetworkAnalysis;
  /** Keyed by path; undefined when the file holds the architecture alone. */
  readonly weights: ReadonlyMap<string, Float32Array> | undefined;
  /** Undefined when nothing speaks for one. */
  readonly guess: Guess | undefined;
  /** Those that its input can be given. */
  readonly preparations: readonly Preparation[];
  readonly classes: readonly string[] | undefined;
  /** 0 for a network without a head. */
  readonly numOutputs: number;
  /** The layer behind which a network without a head needs a new one; undefined for a classifier. */
  readonly cutLayer: string | undefined;
  /** What differs from the file: a sentence each. */
  readonly notes: readonly string[];
  /** Why it can be looked at and not used, in a sentence; `null` when it can be used. */
  readonly hindrance: string | null;
}

/** @param title the name of its file */
export function openedModel(title: string, model: ImportedModel): OpenedModel {
  try {
    return classifier(title, model);
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    const { graph, weights, origin, classes, notes } = model;
    const analysis = analyze(graph);
    return {
      ...{ title, origin, graph, weights, classes, notes, analysis },
      ...{ guess: undefined, preparations: [] },
      numOutputs: sizeOf(analysis.layers.at(-1)?.shape ?? []),
      cutLayer: undefined,
      hindrance: error.message,
    };
  }
}

function classifier(title: string, model: ImportedModel): OpenedModel {
  const { origin, weights, input, classes, preparation } = model;
  const [first, ...others] = model.graph.layers;
  if (first?.type !== "InputLayer") throw notUsable("it has no input", "an image", "none");
  const shape = imageShape(first.shape);
  const { name } = model.graph;
  let network: Network = { graph: { name, layers: [{ ...first, shape }, ...others] }, weights };
  const notes = [...model.notes];
  const scaling = preparationOf(input);
  const isScaled = scaling === undefined && !isPlain(input);
  if (isScaled) network = withScaling(network, input);
  const cutLayer = mapAtTheEnd(network.graph);
  if (cutLayer !== undefined) {
    notes.push(
      "It ends in a map and has no head. Training gives it a new one, which the setting Cut after places.",
    );
  } else if (outputsOf(network.graph) === 1) {
    network = withTwoOutputs(network);
    notes.push(
      "It gives one probability. Here it gives two: the second class has that of the file, and the first class the rest.",
    );
  } else if (endsIn(network.graph, "log_softmax")) {
    network = withSoftmax(network);
    notes.push("It gives logarithms of probabilities. Here it gives the probabilities.");
  } else if (endsWithoutActivation(network.graph)) {
    network = withSoftmax(network);
    notes.push(
      "It gives logits. A softmax is added, which changes no answer, so that it can be trained.",
    );
  }
  return {
    ...{ title, origin, classes, notes, ...network },
    analysis: analyze(network.graph),
    guess: guessOf({ scaling, isScaled, stated: preparation, names: namesOf(title, model.graph) }),
    preparations: FIELDS.preparation.options
      .map(({ value }) => value)
      .filter((value) => value !== "printed" && (value !== "caffe" || shape[2] === 3)),
    numOutputs: cutLayer === undefined ? outputsOf(network.graph) : 0,
    cutLayer,
    hindrance: null,
  };
}

/** Returns the last layer's name where it gives a map, as networks do that were saved without their top. */
function mapAtTheEnd(graph: LayerGraph): string | undefined {
  const last = analyze(graph).layers.at(-1);
  return last !== undefined && last.shape.length > 1 ? last.layer.name : undefined;
}

/** @throws PlaygroundError unless one layer decides how many values the network gives. */
function outputsOf(graph: LayerGraph): number {
  const shape = analyze(graph).layers.at(-1)?.shape ?? [];
  const head = headLayer(graph);
  if (head !== undefined && shape.length === 1 && head.units === shape[0]) return head.units;
  throw notUsable(
    "it does not end in one value for each class",
    "a dense layer, or a convolution with a global average",
    graph.layers.at(-1)?.type ?? "nothing",
  );
}

function endsIn({ layers }: LayerGraph, activation: Activation): boolean {
  const last = layers.at(-1);
  return (last?.type === "Dense" || last?.type === "Activation") && last.activation === activation;
}

function endsWithoutActivation({ layers }: LayerGraph): boolean {
  const last = layers.at(-1);
  if (last?.type === "Dense") return last.activation === "linear";
  return last?.type !== "Activation" && last?.type !== "Dropout";
}

/** A vector is an image whose values follow one another, row by row. */
function imageShape(shape: MapShape): MapShape {
  const [height, width, channels] = shape;
  if (channels === 1 || channels === 3) return shape;
  for (const colours of [1, 3]) {
    const side = Math.sqrt(channels / colours);
    if (height * width === 1 && Number.isInteger(side)) return [side, side, colours];
  }
  throw notUsable("its input is no image", "one or three channels", shape.join("x"));
}

const isPlain = ({ scale, offset }: ImportedInput) =>
  scale.every((value) => value === 1) && offset.every((value) => value === 0);

/** Returns the preparation that a rescaling in the file is. */
function preparationOf({ scale, offset }: ImportedInput): Preparation | undefined {
  const are = (values: readonly number[], wanted: number) =>
    values.every((value) => Math.abs(value - wanted) <= 1e-6);
  if (are(scale, 1 / 255) && are(offset, 0)) return "unit";
  return are(scale, 1 / 127.5) && are(offset, -1) ? "symmetric" : undefined;
}

function namesOf(title: string, { name, layers }: LayerGraph): readonly string[] {
  return [title, name, ...layers.map((layer) => layer.name)];
}

function guessOf(from: {
  readonly scaling: Preparation | undefined;
  readonly isScaled: boolean;
  readonly stated: Preparation | undefined;
  readonly names: readonly string[];
}): OpenedModel["guess"] {
  const { scaling, isScaled, stated, names } = from;
  if (scaling !== undefined)
    return { preparation: scaling, reason: "a layer of the file says so", isStated: true };
  if (isScaled)
    return { preparation: "bytes", reason: "the file scales its images itself", isStated: true };
  if (stated !== undefined)
    return { preparation: stated, reason: "the file says so", isStated: true };
  const preparation = knownPreparation(names)?.preparation;
  // The page has no such preparation.
  if (preparation === undefined || preparation === "torch") return undefined;
  return { preparation, reason: "networks of this name have it", isStated: false };
}

/** The settings of a network as it was opened; what a person set for training and data stays. */
export function settingsOf(
  { graph, weights, numOutputs, cutLayer = "none" }: OpenedModel,
  network: OpenedName,
  now: Settings,
  preparation: Preparation,
): Settings {
  const [input] = graph.layers;
  const [height = 1, , channels = 1] = input?.type === "InputLayer" ? input.shape : [];
  const { min, max } = FIELDS.inputSize;
  return {
    ...now,
    network,
    convolution: convolutionOf(graph),
    classes: numOutputs === 0 ? now.classes : numOutputs,
    inputChannels: channels,
    inputSize: Math.min(max, Math.max(min, height)),
    preparation,
    base: weights === undefined ? "none" : "chosen",
    frozenLayers: 0,
    head: "softmax",
    cutLayer,
  };
}

function notUsable(rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where: "The model",
    rule,
    expected,
    got,
    remedy: "It can be looked at, and not trained here.",
  });
}
