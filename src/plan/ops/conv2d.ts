/** Ordinary, grouped, dilated and pointwise convolution: forward, and gradients of input, filter and bias. */
import type { LayerOf } from "../../network/graph.ts";
import { mapInput, type Window, windowOutput } from "../../network/layers/window.ts";
import type { Tape, Value, Weight } from "../tape.ts";
import { windowAttributes } from "../windowGeometry.ts";
import { emitActivation } from "./activation.ts";
import { emitBiasGradient } from "./bias.ts";

export function emitConv2dLayer(tape: Tape, layer: LayerOf<"Conv2D">, x: Value): Value {
  const y = emitConv2d(tape, x, {
    filter: tape.weight("kernel"),
    bias: tape.optionalWeight("bias", layer.useBias),
    window: layer,
    groups: layer.groups,
    part: layer.activation === "linear" ? "" : "linear",
  });
  return emitActivation(tape, y, layer.activation);
}

interface Convolution {
  /** `[K, K, C / groups, F]` */
  readonly filter: Weight;
  readonly bias: Weight | undefined;
  readonly window: Window;
  readonly groups: number;
  /** A suffix for the output's label, where a layer has several outputs. */
  readonly part?: string;
}

export function emitConv2d(
  tape: Tape,
  x: Value,
  { filter, bias, window, groups, part = "" }: Convolution,
): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const output = windowOutput(tape.layer, window, [height, width, channels]);
  const attributes = { ...windowAttributes(window, [height, width], output), groups };
  const y = tape.activation(
    [numImages, ...output, filter.shape.at(-1) ?? 0],
    { inputs: [x], weights: [filter, bias] },
    part,
  );
  tape.step({
    op: "conv2d",
    inputs: {
      x: x.buffer,
      filter: filter.buffer,
      ...(bias !== undefined && { bias: bias.buffer }),
    },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) => {
    emitBiasGradient(tape, bias, dy);
    if (filter.gradient !== undefined) {
      tape.step({
        op: "conv2dFilterGradient",
        inputs: { x: x.buffer, dy },
        outputs: { dfilter: filter.gradient },
        attributes,
      });
    }
    if (x.needsGradient) {
      tape.step({
        op: "conv2dInputGradient",
        inputs: { dy, filter: filter.buffer },
        outputs: { dx: tape.gradientOf(x) },
        attributes,
      });
    }
  });
  return y;
}
