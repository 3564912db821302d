/**
 * Gives a foreign network the form in which this program trains classifiers: bytes of an image at its input, and one probability
 * for each class at its output. No prediction changes.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { Layer, LayerGraph } from "../../network/graph.ts";
import type { ImportedInput } from "../importedModel.ts";

export interface Network {
  readonly graph: LayerGraph;
  /** Keyed by path; undefined when there are none. */
  readonly weights: ReadonlyMap<string, Float32Array> | undefined;
}

/** A rescaling that no preparation stands for becomes the network's first layer. */
export function withScaling(
  { graph: { name, layers }, weights }: Network,
  { scale, offset }: ImportedInput,
): Network {
  const [input, ...others] = layers;
  const channels = input?.type === "InputLayer" ? input.shape[2] : 1;
  if (input === undefined || scale.length > channels || offset.length > channels)
    throw unfit("it scales each pixel of its input apart", "one scale for each channel");
  const scaling: Layer = {
    type: "DepthwiseConv2D",
    name: "rescaling_of_the_file",
    inputs: [input.name],
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: "valid",
    dilationRate: [1, 1],
    depthMultiplier: 1,
    useBias: true,
  };
  const reading = (layer: Layer): Layer => ({
    ...layer,
    inputs: layer.inputs.map((one) => (one === input.name ? scaling.name : one)),
  });
  const each = (list: readonly number[]) =>
    Float32Array.from({ length: channels }, (_, at) => list[list.length === 1 ? 0 : at] ?? 0);
  return {
    graph: { name, layers: [input, scaling, ...others.map(reading)] },
    weights:
      weights &&
      new Map([
        ...weights,
        [`${scaling.name}/kernel`, each(scale)],
        [`${scaling.name}/bias`, each(offset)],
      ]),
  };
}

/** Makes a softmax of the network's last activation, or of the logits that it gives. */
export function withSoftmax({ graph: { name, layers }, weights }: Network): Network {
  const last = layers.at(-1);
  if (last?.type === "Dense" || last?.type === "Activation") {
    const classes: Layer = { ...last, activation: "softmax" };
    return { graph: { name, layers: layers.with(-1, classes) }, weights };
  }
  const softmax: Layer = {
    type: "Activation",
    name: "softmax_of_the_logits",
    inputs: last === undefined ? [] : [last.name],
    activation: "softmax",
  };
  return { graph: { name, layers: [...layers, softmax] }, weights };
}

/**
 * Turns one probability `sigmoid(z)` into the softmax of `[0, z]`, which is `[1 - sigmoid(z), sigmoid(z)]`.
 * @throws PlaygroundError `file.invalid` for a single number that is no probability.
 */
export function withTwoOutputs({ graph: { name, layers }, weights }: Network): Network {
  const at = layers.findLastIndex(({ type }) => type === "Dense");
  const head = layers[at];
  const after = layers.slice(at + 1);
  const [activation, ...more] = after;
  const ends =
    activation === undefined ? head : activation.type === "Activation" ? activation : undefined;
  const isProbability =
    (ends?.type === "Dense" || ends?.type === "Activation") && ends.activation === "sigmoid";
  if (head?.type !== "Dense" || !isProbability || more.length > 0)
    throw unfit("it gives one number", "a probability for each class");
  const two: Layer = { ...head, units: 2, activation: "softmax" };
  const changed = new Map(weights);
  for (const part of ["kernel", "bias"]) {
    const values = weights?.get(`${head.name}/${part}`);
    if (values === undefined) continue;
    const wide = new Float32Array(2 * values.length);
    for (const [place, value] of values.entries()) wide[2 * place + 1] = value;
    changed.set(`${head.name}/${part}`, wide);
  }
  return {
    graph: { name, layers: [...layers.slice(0, at), two] },
    weights: weights && changed,
  };
}

function unfit(rule: string, expected: string): PlaygroundError {
  return new PlaygroundError({
    code: "file.invalid",
    where: "The model",
    rule,
    expected,
    remedy: "It can be looked at, and not trained here.",
  });
}
