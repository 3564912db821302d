/**
 * Average pooling. With `same` padding it divides by the number of positions inside the map, as Keras does. With `symmetric`
 * padding it divides by the whole window, as PyTorch does.
 */

import type { PoolingLayer } from "../../network/graph.ts";
import { mapInput, windowOutput } from "../../network/layers/window.ts";
import type { Tape, Value } from "../tape.ts";
import { windowAttributes } from "../windowGeometry.ts";

export function emitAveragePoolLayer(tape: Tape, layer: PoolingLayer, x: Value): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const window = { ...layer, kernelSize: layer.poolSize, dilationRate: [1, 1] as const };
  const output = windowOutput(tape.layer, window, [height, width, channels]);
  const attributes = {
    ...windowAttributes(window, [height, width], output),
    countPadding: layer.padding === "symmetric",
  };
  const y = tape.activation([numImages, ...output, channels], { inputs: [x] });
  tape.step({
    op: "averagePool",
    inputs: { x: x.buffer },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "averagePoolGradient",
      inputs: { dy },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}
