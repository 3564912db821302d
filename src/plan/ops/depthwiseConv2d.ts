/** Depthwise convolution, which convolves each channel separately: forward, and gradients of input, filter and bias. */
import type { LayerOf } from "../../network/graph.ts";
import { mapInput, type Window, windowOutput } from "../../network/layers/window.ts";
import type { Tape, Value, Weight } from "../tape.ts";
import { windowAttributes } from "../windowGeometry.ts";
import { emitBiasGradient } from "./bias.ts";

export function emitDepthwiseConv2dLayer(
  tape: Tape,
  layer: LayerOf<"DepthwiseConv2D">,
  x: Value,
): Value {
  return emitDepthwiseConv2d(tape, x, {
    filter: tape.weight("kernel"),
    bias: tape.optionalWeight("bias", layer.useBias),
    window: layer,
  });
}

interface DepthwiseConvolution {
  /** `[K, K, C, M]` */
  readonly filter: Weight;
  readonly bias: Weight | undefined;
  readonly window: Window;
  /** A suffix for the output's label, where a layer has several outputs. */
  readonly part?: string;
}

export function emitDepthwiseConv2d(
  tape: Tape,
  x: Value,
  { filter, bias, window, part = "" }: DepthwiseConvolution,
): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const output = windowOutput(tape.layer, window, [height, width, channels]);
  const attributes = windowAttributes(window, [height, width], output);
  const y = tape.activation(
    [numImages, ...output, channels * (filter.shape.at(-1) ?? 0)],
    { inputs: [x], weights: [filter, bias] },
    part,
  );
  tape.step({
    op: "depthwiseConv2d",
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
        op: "depthwiseConv2dFilterGradient",
        inputs: { x: x.buffer, dy },
        outputs: { dfilter: filter.gradient },
        attributes,
      });
    }
    if (x.needsGradient) {
      tape.step({
        op: "depthwiseConv2dInputGradient",
        inputs: { dy, filter: filter.buffer },
        outputs: { dx: tape.gradientOf(x) },
        attributes,
      });
    }
  });
  return y;
}
