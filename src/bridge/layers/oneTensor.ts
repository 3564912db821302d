/** tfjs passes a layer either one tensor or a list. This file unwraps the single tensor that our layers take. */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../core/errors.ts";

/** A layer of one tensor. The output has the shape of the input unless a layer says otherwise. */
export abstract class OneTensorLayer extends tf.layers.Layer {
  protected abstract compute(input: tf.Tensor, training: boolean): tf.Tensor | tf.Tensor[];

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => this.compute(oneTensor(this.name, inputs), training));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return oneShape(inputShape);
  }
}

/** @throws PlaygroundError `internal` for several tensors. */
function oneTensor(layer: string, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [only, ...others] = Array.isArray(inputs) ? inputs : [inputs];
  if (only !== undefined && others.length === 0) return only;
  throw layerFault(layer, "the layer works on one tensor", "1", String(others.length + 1));
}

/** @throws PlaygroundError `internal` for anything but a batch of feature maps. */
export function oneMap(layer: string, tensor: tf.Tensor): tf.Tensor4D {
  if (isMap(tensor)) return tensor;
  throw layerFault(layer, "the layer works on feature maps", "four axes", String(tensor.rank));
}

/** Returns the only input shape, batch axis included. */
export function oneShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return isList(shapes) ? (shapes[0] ?? []) : shapes;
}

/** Returns the shape of a map whose sides follow from those of the input, batch axis included. */
export function mapShape(
  inputShape: tf.Shape | tf.Shape[],
  sideOf: (side: number, axis: 0 | 1) => number,
  filters?: number,
): tf.Shape {
  const [batch = null, height = null, width = null, channels = null] = oneShape(inputShape);
  const along = (side: number | null, axis: 0 | 1) => (side === null ? null : sideOf(side, axis));
  return [batch, along(height, 0), along(width, 1), filters ?? channels];
}

function isMap(tensor: tf.Tensor): tensor is tf.Tensor4D {
  return tensor.rank === 4;
}

function isList(shapes: tf.Shape | tf.Shape[]): shapes is tf.Shape[] {
  return Array.isArray(shapes[0]);
}

function layerFault(layer: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "internal",
    where: layer,
    rule,
    expected,
    got,
    remedy: "Please report this.",
    context: { layer },
  });
}
