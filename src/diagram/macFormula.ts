/**
 * The multiplications of a convolution written out with its own numbers, beside those of its twin: the
 * ordinary convolution that a separable one stands for, or the other way round. Pure. Counts as `analyze`
 * does: multiply-accumulates for one image, padded taps included, without biases.
 */
import type { Shape } from "../core/shape.ts";
import { formatCount } from "../core/units.ts";
import type { LayerAnalysis } from "../network/analysis.ts";

export interface MacTerm {
  readonly label: "depthwise" | "pointwise" | "ordinary" | "dense";
  /** Window height and width, channels in, channels out, map height and width: those that apply. */
  readonly factors: readonly number[];
}

export interface MacFormula {
  /** Of the convolution: `block4_sepconv1`. */
  readonly name: string;
  readonly terms: readonly MacTerm[];
  readonly macs: number;
  /** Absent where the window is 1x1 or the layer is dense: nothing to separate. */
  readonly twin?: {
    readonly kind: "ordinary" | "separable";
    readonly terms: readonly MacTerm[];
    readonly macs: number;
  };
}

/**
 * One formula for each layer that multiplies, in the order of the graph; the two halves of a separable
 * convolution with something between them make one formula.
 *
 * @param layers a block's
 * @param inputShapes output shape of every layer they take their input from
 */
export function macFormulas(
  layers: readonly LayerAnalysis[],
  inputShapes: ReadonlyMap<string, Shape>,
): readonly MacFormula[] {
  const groups = new Map<string, Step[]>();
  for (const { layer, shape } of layers) {
    const input = inputShapes.get(layer.inputs[0] ?? "") ?? [];
    const terms = termsOf(layer, input, shape);
    if (terms.length === 0) continue;
    const name = layer.name.replace(/_(depthwise|pointwise)$/, "");
    groups.set(name, [...(groups.get(name) ?? []), { layer, terms, input, output: shape }]);
  }
  return [...groups].map(([name, steps]) => formulaOf(name, steps));
}

/** `depthwise 3·3·64·47·47 + pointwise 64·128·47·47 = 19,368,512` */
export function writeTerms(terms: readonly MacTerm[]): string {
  const written = terms.map(({ label, factors }) => `${label} ${factors.join("·")}`);
  return `${written.join(" + ")} = ${formatCount(macsOf(terms))}`;
}

interface Step {
  readonly layer: LayerAnalysis["layer"];
  readonly terms: readonly MacTerm[];
  readonly input: Shape;
  readonly output: Shape;
}

function termsOf(layer: LayerAnalysis["layer"], input: Shape, output: Shape): readonly MacTerm[] {
  const channels = input.at(-1) ?? 0;
  const [height = 0, width = 0] = output;
  switch (layer.type) {
    case "Conv2D": {
      const label = isPoint(layer.kernelSize) ? "pointwise" : "ordinary";
      const window = isPoint(layer.kernelSize) ? [] : layer.kernelSize;
      return [
        { label, factors: [...window, channels / layer.groups, layer.filters, height, width] },
      ];
    }
    case "DepthwiseConv2D":
      return [depthwise(layer.kernelSize, channels, layer.depthMultiplier, [height, width])];
    case "SeparableConv2D":
      return [
        depthwise(layer.kernelSize, channels, layer.depthMultiplier, [height, width]),
        {
          label: "pointwise",
          factors: [...times(channels, layer.depthMultiplier), layer.filters, height, width],
        },
      ];
    case "Dense":
      return [{ label: "dense", factors: [channels, layer.units] }];
    default:
      return [];
  }
}

function formulaOf(name: string, steps: readonly Step[]): MacFormula {
  const terms = steps.flatMap((step) => step.terms);
  const formula = { name, terms, macs: macsOf(terms) };
  const spatial = steps.flatMap(({ layer }) =>
    "kernelSize" in layer && !isPoint(layer.kernelSize) ? [layer] : [],
  )[0];
  const channelsIn = steps[0]?.input.at(-1);
  const [height, width, channelsOut] = steps.at(-1)?.output ?? [];
  if (
    spatial === undefined ||
    channelsIn === undefined ||
    height === undefined ||
    width === undefined ||
    channelsOut === undefined
  ) {
    return formula;
  }
  const kind = spatial.type === "Conv2D" ? "separable" : "ordinary";
  const twinTerms: readonly MacTerm[] =
    kind === "separable"
      ? [
          depthwise(spatial.kernelSize, channelsIn, 1, [height, width]),
          { label: "pointwise", factors: [channelsIn, channelsOut, height, width] },
        ]
      : [
          {
            label: "ordinary",
            factors: [...spatial.kernelSize, channelsIn, channelsOut, height, width],
          },
        ];
  return { ...formula, twin: { kind, terms: twinTerms, macs: macsOf(twinTerms) } };
}

function depthwise(
  kernelSize: readonly number[],
  channels: number,
  depthMultiplier: number,
  map: readonly number[],
): MacTerm {
  return {
    label: "depthwise",
    factors: [...kernelSize, ...times(channels, depthMultiplier), ...map],
  };
}

function times(channels: number, depthMultiplier: number): readonly number[] {
  return depthMultiplier === 1 ? [channels] : [channels, depthMultiplier];
}

function isPoint(kernelSize: readonly number[]): boolean {
  return kernelSize.every((side) => side === 1);
}

function macsOf(terms: readonly MacTerm[]): number {
  return terms.reduce(
    (sum, { factors }) => sum + factors.reduce((product, factor) => product * factor, 1),
    0,
  );
}
