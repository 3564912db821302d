/**
 * Builds one "separable convolution" of the paper's figure in the selected kind: separable, ordinary, or pointwise first, with
 * or without an activation between the depthwise and the pointwise convolution. Every network here builds its 3x3 convolutions
 * with it, so that each network has a twin. Each network adds its own normalisation and activation.
 */
import type { Pair } from "../../core/shape.ts";
import type { NetworkSettings, Padding } from "../../settings/settings.ts";
import type { NetworkBuilder, Tensor } from "./builder.ts";

export interface KindlessConvolution {
  readonly filters: number;
  readonly kernelSize: Pair;
  readonly padding: Padding;
  readonly useBias: boolean;
}

/**
 * Adds two layers, `NAME_depthwise` and `NAME_pointwise`, with `NAME_between` between them, when the two convolutions are
 * separate. A bias is added once, at the end.
 */
export function convolutionOfKind(
  net: NetworkBuilder,
  settings: Pick<NetworkSettings, "convolution" | "intermediateActivation" | "depthMultiplier">,
  from: Tensor,
  name: string,
  window: KindlessConvolution,
): Tensor {
  const { convolution: kind, intermediateActivation, depthMultiplier } = settings;
  const { filters, kernelSize, padding, useBias } = window;
  const point = (tensor: Tensor, biased: boolean) =>
    net.conv2d(tensor, `${name}_pointwise`, {
      filters,
      kernelSize: [1, 1],
      padding,
      useBias: biased,
    });
  const between = (tensor: Tensor) =>
    intermediateActivation === "none"
      ? tensor
      : net.activation(tensor, `${name}_between`, intermediateActivation);
  if (kind === "ordinary") return net.conv2d(from, name, window);
  if (kind === "separable" && intermediateActivation === "none")
    return net.separableConv2d(from, name, { ...window, depthMultiplier });
  return net.at({ convolution: name }, () => {
    if (kind === "pointwise-first")
      return net.depthwiseConv2d(between(point(from, false)), `${name}_depthwise`, {
        kernelSize,
        padding,
        useBias,
      });
    const depthwise = net.depthwiseConv2d(from, `${name}_depthwise`, {
      kernelSize,
      padding,
      depthMultiplier,
      useBias: false,
    });
    return point(between(depthwise), useBias);
  });
}
