/** Gives a tensor another shape. The contents stay in place, so this is a view and no operation. */
import { sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitFlattenLayer(tape: Tape, _layer: LayerOf<"Flatten">, x: Value): Value {
  const [numImages = 0, ...rest] = x.shape;
  return tape.reshape(x, [numImages, sizeOf(rest)]);
}

export function emitReshapeLayer(tape: Tape, layer: LayerOf<"Reshape">, x: Value): Value {
  const [numImages = 0] = x.shape;
  return tape.reshape(x, [numImages, ...layer.targetShape]);
}
