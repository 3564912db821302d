/** The weights of the `tf.LayersModel` by path. The model owns the variables. */
import * as tf from "@tensorflow/tfjs";
import type { BridgedModel, BridgedWeight } from "../../bridge/toLayersModel.ts";
import { requirePlaces, type WeightPlaces } from "../copyWeights.ts";
import { requireWeights } from "../requirements.ts";
import type { DeviceTensors } from "./backends/deviceTensors.ts";

export class ModelWeights {
  readonly #all: readonly BridgedWeight[];
  readonly #byPath: ReadonlyMap<string, BridgedWeight>;

  constructor({ weights }: BridgedModel) {
    this.#all = weights;
    this.#byPath = new Map(weights.map((weight) => [weight.spec.path, weight]));
  }

  /** The weights that training updates, without moving statistics and frozen weights. */
  get trained(): readonly BridgedWeight[] {
    return this.#all.filter(isTrained);
  }

  get variables(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.#byPath].map(([path, { variable }]) => [path, variable]));
  }

  /**
   * @param joined the optimiser's tensors that contain the trained weights, if it has any.
   * @returns all tensors that hold the network's weights.
   */
  held(joined: readonly tf.Tensor[]): readonly tf.Tensor[] {
    const rest = this.#all.filter((weight) => joined.length === 0 || !isTrained(weight));
    return [...joined, ...rest.map(({ variable }) => variable)];
  }

  /** @throws PlaygroundError `network.shape-mismatch` before anything changes. */
  require(weights: ReadonlyMap<string, Float32Array>): void {
    requireWeights(weights, this.#sizes);
  }

  assign(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [path, values] of weights) {
      const variable = this.#byPath.get(path)?.variable;
      // The values are copied, because TensorFlow.js would keep the caller's array.
      variable?.assign(tf.tensor(values.slice(), variable.shape));
    }
  }

  /**
   * Copies the weights from other buffers of the device.
   *
   * @throws PlaygroundError `network.shape-mismatch` before anything changes.
   */
  assignFrom(places: WeightPlaces, tensors: DeviceTensors | undefined): void {
    requirePlaces(places, this.#sizes);
    for (const [path, tensor] of tensors?.tensorsAt(places, this.variables) ?? []) {
      this.#byPath.get(path)?.variable.assign(tensor);
      tensor.dispose();
    }
  }

  /** The number of elements of each weight. */
  get #sizes(): ReadonlyMap<string, number> {
    return new Map([...this.#byPath].map(([path, { variable }]) => [path, variable.size]));
  }
}

function isTrained({ spec }: BridgedWeight): boolean {
  return spec.trainable && !spec.frozen;
}
