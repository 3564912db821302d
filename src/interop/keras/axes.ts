/**
 * The axes of a file's tensors in the graph. The file has maps `[rows, columns, channels]`, or `[channels, rows, columns]` in a
 * channels-first network, lists of vectors `[a, b]`, which the graph has as maps `[a, 1, b]`, and vectors. The graph has maps with
 * channels last, and vectors. All axes count from 1, as in Keras.
 */
import type { MapShape, Shape } from "../../core/shape.ts";
import type { BareLayer } from "../graphAssembler.ts";

/** How the file has the tensor that the graph has. */
export interface FileTensor {
  /** The number of the file's axes, without the batch. */
  readonly rank: number;
  readonly channelsFirst: boolean;
}

/** Axis `i` of a channels-first map is the graph's axis of this number. */
const FROM_CHANNELS_FIRST = [3, 1, 2] as const;
export const TO_CHANNELS_LAST: MapShape = [2, 3, 1];
export const TO_CHANNELS_FIRST: MapShape = [3, 1, 2];

/** @param axis of the file, from the end if it is negative. */
export function graphAxis(axis: number, { rank, channelsFirst }: FileTensor): number {
  const own = axis < 0 ? axis + rank + 1 : axis;
  if (rank === 2) return own === 1 ? 1 : 3;
  return rank === 3 && channelsFirst ? (FROM_CHANNELS_FIRST[own - 1] ?? own) : own;
}

/** @returns the shape that the graph has for this shape of the file; undefined for more than three axes. */
export function graphShape(shape: Shape, channelsFirst: boolean): Shape | undefined {
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length === 2) return [a, 1, b];
  if (shape.length === 3) return channelsFirst ? [b, c, a] : shape;
  return shape.length === 1 ? shape : undefined;
}

/** The file's axes of the graph's axes, for `Permute`. */
export function graphOrder(dims: readonly number[], tensor: FileTensor): MapShape {
  const inner: number[] = [0, 0, 0];
  dims.forEach((from, place) => {
    inner[graphAxis(place + 1, tensor) - 1] = graphAxis(from, tensor);
  });
  // The axis of one element that a list of vectors has in the graph stays.
  const [first = 1, second = 2, third = 3] = inner.map((axis) => (axis === 0 ? 2 : axis));
  return [first, second, third];
}

/** Lets layers that work on the last axes work on others: brings these to the end before, and back behind. */
export function alongAxes(
  axes: readonly number[],
  rank: number,
  layers: readonly BareLayer[],
): readonly BareLayer[] {
  if (rank === 1) return layers;
  const others = [1, 2, 3].filter((axis) => !axes.includes(axis));
  const [first = 1, second = 2, third = 3] = [...others, ...axes];
  const dims: MapShape = [first, second, third];
  if (dims.join() === "1,2,3") return layers;
  const back: MapShape = [dims.indexOf(1) + 1, dims.indexOf(2) + 1, dims.indexOf(3) + 1];
  return [{ type: "Permute", dims }, ...layers, { type: "Permute", dims: back }];
}
