/** Enlarges a map by whole factors. */
import type { LayerOf } from "../../network/graph.ts";
import { mapInput } from "../../network/layers/window.ts";
import type { UpSamplingAttributes } from "../operations.ts";
import type { Tape, Value } from "../tape.ts";

export function emitUpSample2dLayer(tape: Tape, layer: LayerOf<"UpSampling2D">, x: Value): Value {
  const { size, interpolation } = layer;
  return emitUpSampling(tape, x, { size, interpolation });
}

/** @param part names the result where the layer has several. */
export function emitUpSampling(
  tape: Tape,
  x: Value,
  attributes: UpSamplingAttributes,
  part = "",
): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const [rows, columns] = [height * attributes.size[0], width * attributes.size[1]];
  const y = tape.activation([numImages, rows, columns, channels], { inputs: [x] }, part);
  tape.step({ op: "upSample2d", inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "upSample2dGradient",
      inputs: { dy },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}

/**
 * Where an axis of the result takes its values. Output `i` is at the numerator `max(0, 2 i + shift)` over `2 size` of the map:
 * between the neighbour at the whole part and the next one. `nearest` takes the first alone.
 */
export function upSamplingShift(
  { interpolation }: Pick<UpSamplingAttributes, "interpolation">,
  size: number,
): number {
  return interpolation === "bilinear" ? 1 - size : 0;
}
