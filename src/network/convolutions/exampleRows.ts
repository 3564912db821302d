/** Lists an example's own counts, layer by layer, with shapes in the order in which its document writes them. */
import { formatShape, type Shape } from "../../core/shape.ts";
import { formatCount } from "../../core/units.ts";
import type { LayerAnalysis } from "../analysis.ts";
import type { Example } from "./examples.ts";
import { countKind, KIND_TITLES, type LabKind } from "./kinds.ts";

export interface ExampleRow {
  readonly kind: LabKind;
  /** `Ordinary, layer 1`; `Ordinary, together`. */
  readonly title: string;
  /** `8x8x256`, or `1x256x8x8` in PyTorch's order; empty for a sum. */
  readonly shape: string;
  /** One for each layer of the kind: `5x5x3x1 and 1x1x3x256`; empty for a sum. */
  readonly weights: string;
  readonly params: number;
  /** `27 + 16 = 43` when there are two parts. */
  readonly paramsWritten: string;
  readonly macs: number;
  readonly macsWritten: string;
}

export function exampleRows(example: Example): readonly ExampleRow[] {
  const { kinds, layers, order } = example;
  return kinds.flatMap((kind) => {
    const all = layers.map((settings) => countKind(kind, settings));
    const many = layers.length > 1;
    const rows = all.map(
      ({ shape, params, macs, layers: parts }, index): ExampleRow => ({
        kind,
        title: many ? `${KIND_TITLES[kind]}, layer ${index + 1}` : KIND_TITLES[kind],
        shape: formatShape(order === "pytorch" ? [1, ...channelsFirst(shape)] : shape),
        weights: parts.map((part) => kernelShape(part, order)).join(" and "),
        params,
        paramsWritten: sumWritten(parts.map((part) => part.params)),
        macs,
        macsWritten: sumWritten(parts.map((part) => part.macs)),
      }),
    );
    if (!many) return rows;
    const sums = { params: all.map(({ params }) => params), macs: all.map(({ macs }) => macs) };
    return [
      ...rows,
      {
        kind,
        title: `${KIND_TITLES[kind]}, together`,
        shape: "",
        weights: "",
        params: sums.params.reduce((a, b) => a + b, 0),
        paramsWritten: sumWritten(sums.params),
        macs: sums.macs.reduce((a, b) => a + b, 0),
        macsWritten: sumWritten(sums.macs),
      },
    ];
  });
}

/** Writes a sum: `4,800 + 49,152 = 53,952` */
function sumWritten(parts: readonly number[]): string {
  const total = formatCount(parts.reduce((sum, part) => sum + part, 0));
  return parts.length < 2 ? total : `${parts.map(formatCount).join(" + ")} = ${total}`;
}

/** Keras: `[K, K, in, out]`. PyTorch: `[out, in, K, K]`, where a depthwise kernel has one input channel. */
function kernelShape({ layer, weights }: LayerAnalysis, order: Example["order"]): string {
  const [height = 0, width = 0, channelsIn = 0, channelsOut = 0] = weights[0]?.shape ?? [];
  if (order === "keras") return formatShape([height, width, channelsIn, channelsOut]);
  return layer.type === "DepthwiseConv2D"
    ? formatShape([channelsIn * channelsOut, 1, height, width])
    : formatShape([channelsOut, channelsIn, height, width]);
}

function channelsFirst([height = 0, width = 0, channels = 0]: Shape): Shape {
  return [channels, height, width];
}
