/** Emits a separable convolution as two steps, depthwise and then pointwise with the bias. It has no operation of its own. */
import type { LayerOf } from "../../network/graph.ts";
import type { Window } from "../../network/layers/window.ts";
import type { Tape, Value } from "../tape.ts";
import { emitConv2d } from "./conv2d.ts";
import { emitDepthwiseConv2d } from "./depthwiseConv2d.ts";

const POINTWISE: Window = {
  kernelSize: [1, 1],
  strides: [1, 1],
  dilationRate: [1, 1],
  padding: "valid",
};

export function emitSeparableConv2dLayer(
  tape: Tape,
  layer: LayerOf<"SeparableConv2D">,
  x: Value,
): Value {
  const between = emitDepthwiseConv2d(tape, x, {
    filter: tape.weight("depthwise_kernel"),
    bias: undefined,
    window: layer,
    part: "depthwise",
  });
  return emitConv2d(tape, between, {
    filter: tape.weight("pointwise_kernel"),
    bias: tape.optionalWeight("bias", layer.useBias),
    window: POINTWISE,
    groups: 1,
  });
}
