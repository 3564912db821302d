/** tfjs passes a layer either one tensor or a list. These functions unwrap the single tensor that our layers take. */
import type * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../core/errors.ts";

/** @throws PlaygroundError `internal` for several tensors. */
export function oneTensor(layer: string, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [only, ...others] = Array.isArray(inputs) ? inputs : [inputs];
  if (only !== undefined && others.length === 0) return only;
  throw layerFault(layer, "the layer works on one tensor", "1", String(others.length + 1));
}

/** @throws PlaygroundError `internal` for anything but a batch of feature maps. */
export function oneMap(layer: string, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
  const tensor = oneTensor(layer, inputs);
  if (isMap(tensor)) return tensor;
  throw layerFault(layer, "the layer works on feature maps", "four axes", String(tensor.rank));
}

/** Returns the only input shape, batch axis included. */
export function oneShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return isList(shapes) ? (shapes[0] ?? []) : shapes;
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
