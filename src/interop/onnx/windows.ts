/** The padding of ONNX's windows, and what becomes of it here. */
import type { Pair } from "../../core/shape.ts";
import { integersOf, textOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxValue } from "./onnxReader.ts";

export interface PaddedWindow {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilationRate: Pair;
}

export type Sides = readonly [top: number, left: number, bottom: number, right: number];

export interface Pads {
  readonly sides: Sides;
  /** Whether the layer's `same` pads like this. */
  readonly isSame: boolean;
}

/** @param isCeiling whether the last window may reach beyond the padding. The result includes the rows that it then needs. */
export function padsOf(
  node: NodeProto,
  { tensor }: OnnxValue,
  window: PaddedWindow,
  isCeiling = false,
): Pads {
  const auto = textOf(node, "auto_pad");
  const given = integersOf(node, "pads") ?? [];
  const axes = ([0, 1] as const).map((axis) => {
    const side = tensor.shape[axis] ?? 0;
    const stride = window.strides[axis];
    const extent = (window.kernel[axis] - 1) * window.dilationRate[axis] + 1;
    const same = Math.max(0, (Math.ceil(side / stride) - 1) * stride + extent - side);
    const half = [Math.floor(same / 2), Math.ceil(same / 2)] as const;
    if (auto === "SAME_UPPER") return { before: half[0], after: half[1], half };
    if (auto === "SAME_LOWER") return { before: half[1], after: half[0], half };
    const [before, after] = auto === "VALID" ? [0, 0] : [given[axis] ?? 0, given[axis + 2] ?? 0];
    const padded = side + before + after - extent;
    let count = Math.floor(padded / stride) + 1;
    // A window that begins beyond the image and its first padding is left out.
    if (isCeiling && Math.ceil(padded / stride) * stride < side + before)
      count = Math.ceil(padded / stride) + 1;
    const needed = (count - 1) * stride + extent - side - before;
    return { before, after: isCeiling ? Math.max(after, needed) : after, half };
  });
  const [rows, columns] = axes;
  const sides: Sides = [
    rows?.before ?? 0,
    columns?.before ?? 0,
    rows?.after ?? 0,
    columns?.after ?? 0,
  ];
  const isSame = axes.every(({ before, after, half }) => before === half[0] && after === half[1]);
  return { sides, isSame: isSame && sides.some((side) => side > 0) };
}
