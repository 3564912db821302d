/** Max pooling. It never chooses a padded position. Training stores the position of each maximum for the backward step. */

import type { PoolingLayer } from "../../network/graph.ts";
import { mapInput, windowOutput } from "../../network/layers/window.ts";
import type { Tape, Value } from "../tape.ts";
import { windowAttributes } from "../windowGeometry.ts";

export function emitMaxPoolLayer(tape: Tape, layer: PoolingLayer, x: Value): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const window = { ...layer, kernelSize: layer.poolSize, dilationRate: [1, 1] as const };
  const output = windowOutput(tape.layer, window, [height, width, channels]);
  const attributes = windowAttributes(window, [height, width], output);
  const y = tape.activation([numImages, ...output, channels], { inputs: [x] });
  const argmax = y.needsGradient ? tape.saved("argmax", y.shape, "i32") : undefined;
  tape.step({
    op: "maxPool",
    inputs: { x: x.buffer },
    outputs: { y: y.buffer, ...(argmax !== undefined && { argmax }) },
    attributes,
  });
  if (argmax === undefined) return y;
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "maxPoolGradient",
      inputs: { dy, argmax },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}
