/**
 * One "separable convolution" of the paper's figure, in the kind that is set: separable, ordinary, or pointwise
 * first, with or without something between its halves. Every network here takes its 3x3 convolutions from it, so
 * that each has a twin. Normalisation and what follows are the network's.
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
 * Two layers where the halves are apart, `NAME_depthwise` and `NAME_pointwise`, with `NAME_between` between them;
 * a bias is added once, at the end.
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
  switch (kind) {
    case "ordinary":
      return net.conv2d(from, name, window);
    case "pointwise-first":
      return net.depthwiseConv2d(between(point(from, false)), `${name}_depthwise`, {
        kernelSize,
        padding,
        useBias,
      });
    case "separable": {
      if (intermediateActivation === "none") {
        return net.separableConv2d(from, name, { ...window, depthMultiplier });
      }
      const depthwise = net.depthwiseConv2d(from, `${name}_depthwise`, {
        kernelSize,
        padding,
        depthMultiplier,
        useBias: false,
      });
      return point(between(depthwise), useBias);
    }
  }
}
