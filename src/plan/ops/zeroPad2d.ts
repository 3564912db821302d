/**
 * Pads a map with zeros, or crops it. Each is the gradient of the other: the backward step of padding removes the padding, and
 * that of cropping puts zeros where values were removed.
 */
import type { LayerOf } from "../../network/graph.ts";
import { mapInput } from "../../network/layers/window.ts";
import type { Tape, Value } from "../tape.ts";

export function emitZeroPad2dLayer(tape: Tape, layer: LayerOf<"ZeroPadding2D">, x: Value): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const [[top, bottom], [left, right]] = layer.padding;
  const attributes = { padding: [top, left] } as const;
  const y = tape.activation([numImages, top + height + bottom, left + width + right, channels], {
    inputs: [x],
  });
  tape.step({ op: "zeroPad2d", inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "zeroPad2dGradient",
      inputs: { dy },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}

export function emitCropping2dLayer(tape: Tape, layer: LayerOf<"Cropping2D">, x: Value): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const [[top, bottom], [left, right]] = layer.cropping;
  const attributes = { padding: [top, left] } as const;
  const y = tape.activation([numImages, height - top - bottom, width - left - right, channels], {
    inputs: [x],
  });
  tape.step({
    op: "zeroPad2dGradient",
    inputs: { dy: x.buffer },
    outputs: { dx: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "zeroPad2d",
      inputs: { x: dy },
      outputs: { y: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}
