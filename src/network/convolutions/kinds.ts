/**
 * Builds one convolution in five kinds, each as a network of one or two layers from the same settings, and knows which settings
 * a kind cannot have. `analyze` computes shapes, parameters and MACs.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import type { LayerAnalysis } from "../analysis.ts";
import { analyze } from "../analyze.ts";
import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "../networks/builder.ts";
import type { ConvolutionSettings } from "./labSettings.ts";

export const LAB_KINDS = [
  "ordinary",
  "grouped",
  "separable",
  "pointwise-first",
  "spatial",
] as const;
export type LabKind = (typeof LAB_KINDS)[number];

export const KIND_TITLES: Readonly<Record<LabKind, string>> = {
  ordinary: "Ordinary",
  grouped: "Grouped",
  separable: "Depthwise separable",
  "pointwise-first": "Pointwise first",
  spatial: "Spatially separable",
};

export interface KindCounts {
  /** `[H, W, C]` of the output. */
  readonly shape: Shape;
  readonly params: number;
  /** For one image. */
  readonly macs: number;
  /** One or two, without the input. */
  readonly layers: readonly LayerAnalysis[];
}

export type KindResult =
  | { readonly ok: true; readonly counts: KindCounts }
  /** The error's `context.setting` names the control to show it beside. */
  | { readonly ok: false; readonly error: PlaygroundError };

export type Comparison = Readonly<Record<LabKind, KindResult>>;

/** Returns every kind for these settings, or why it is impossible. */
export function compareKinds(settings: ConvolutionSettings): Comparison {
  const result = (kind: LabKind): KindResult => {
    try {
      return { ok: true, counts: countKind(kind, settings) };
    } catch (error) {
      if (error instanceof PlaygroundError) return { ok: false, error };
      throw error;
    }
  };
  return {
    ordinary: result("ordinary"),
    grouped: result("grouped"),
    separable: result("separable"),
    "pointwise-first": result("pointwise-first"),
    spatial: result("spatial"),
  };
}

/** @throws PlaygroundError `network.*` or `setting.invalid` with `context.setting`. */
export function countKind(kind: LabKind, settings: ConvolutionSettings): KindCounts {
  checkGroups(kind, settings);
  checkDepthMultiplier(kind, settings);
  const { params, macs, layers } = analyzeKind(kind, settings);
  return { shape: layers.at(-1)?.shape ?? [], params, macs, layers: layers.slice(1) };
}

/**
 * - `ordinary`: K x K over all channels.
 * - `grouped`: the same in groups of channels that are independent of each other.
 * - `separable`: depthwise K x K, then 1 x 1 (Keras' `SeparableConv2D`).
 * - `pointwise-first`: 1 x 1, then depthwise K x K on its N channels.
 * - `spatial`: K x 1 with N filters, then 1 x K with N filters, both over all channels.
 */
export function buildKind(kind: LabKind, settings: ConvolutionSettings): LayerGraph {
  const { filters, kernelSize: k, stride, dilation, padding, depthMultiplier } = settings;
  const net = createBuilder(kind);
  const input = net.input("input", [settings.height, settings.width, settings.channels]);
  const last = { useBias: settings.biases !== "none" };
  const inner = { useBias: settings.biases === "both" };
  const square = {
    kernelSize: [k, k],
    strides: [stride, stride],
    dilationRate: [dilation, dilation],
    padding,
  } as const;
  const point = { filters, kernelSize: [1, 1] } as const;
  switch (kind) {
    case "ordinary":
      net.conv2d(input, "ordinary", { ...square, ...last, filters });
      break;
    case "grouped":
      net.conv2d(input, "grouped", { ...square, ...last, filters, groups: settings.groups });
      break;
    case "separable": {
      const half = net.depthwiseConv2d(input, "depthwise", {
        ...square,
        ...inner,
        depthMultiplier,
      });
      net.conv2d(half, "pointwise", { ...point, ...last });
      break;
    }
    case "pointwise-first": {
      const half = net.conv2d(input, "pointwise", { ...point, ...inner });
      net.depthwiseConv2d(half, "depthwise", { ...square, ...last });
      break;
    }
    case "spatial": {
      const half = net.conv2d(input, "column", {
        ...inner,
        filters,
        padding,
        kernelSize: [k, 1],
        strides: [stride, 1],
        dilationRate: [dilation, 1],
      });
      net.conv2d(half, "row", {
        ...last,
        filters,
        padding,
        kernelSize: [1, k],
        strides: [1, stride],
        dilationRate: [1, dilation],
      });
    }
  }
  return net.finish();
}

function analyzeKind(kind: LabKind, settings: ConvolutionSettings) {
  try {
    return analyze(buildKind(kind, settings));
  } catch (error) {
    if (error instanceof PlaygroundError && error.code === "network.window-too-large") {
      throw kernelTooLarge(settings, error);
    }
    throw error;
  }
}

/** Converts the layer's own error to the words of the control to show it beside. */
function kernelTooLarge(settings: ConvolutionSettings, cause: PlaygroundError): PlaygroundError {
  const { height, width, kernelSize, dilation } = settings;
  const extent = (kernelSize - 1) * dilation + 1;
  return new PlaygroundError(
    {
      code: cause.code,
      where: "Kernel K",
      rule:
        dilation === 1
          ? "without padding the kernel must fit into the input"
          : `without padding the kernel, ${extent} wide with its dilation, must fit into the input`,
      expected: `a height and width of at least ${extent}`,
      got: `${height} x ${width}`,
      remedy: "Choose a smaller kernel, a larger input or padding Same.",
      context: { setting: "kernelSize" },
    },
    { cause },
  );
}

function checkGroups(kind: LabKind, { groups, channels, filters }: ConvolutionSettings): void {
  if (kind !== "grouped" || (channels % groups === 0 && filters % groups === 0)) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Groups",
    rule: "groups must divide the channels and the filters",
    expected: `a divisor of ${channels} and of ${filters}`,
    got: String(groups),
    remedy: `The largest number below it that fits is ${largestCommonDivisor(channels, filters, groups)}.`,
    context: { setting: "groups" },
  });
}

function largestCommonDivisor(a: number, b: number, below: number): number {
  let divisor = Math.min(a, b, below);
  while (a % divisor !== 0 || b % divisor !== 0) divisor -= 1;
  return divisor;
}

/** When the depthwise convolution comes last, several kernels per channel would give more than N outputs. */
function checkDepthMultiplier(kind: LabKind, { depthMultiplier }: ConvolutionSettings): void {
  if (kind !== "pointwise-first" || depthMultiplier === 1) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Depth multiplier",
    rule: "pointwise first cannot have one, for its depthwise half comes last and must keep N channels",
    expected: "1",
    got: String(depthMultiplier),
    remedy: "Set it to 1 to compare this kind; the others are counted.",
    context: { setting: "depthMultiplier" },
  });
}
