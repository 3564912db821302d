/** Cuts maps into rows, columns and channels, and puts them together. */
import { type Pair, sizeOf } from "../../core/shape.ts";
import { dimsOf, type OnnxReader, type OnnxValue } from "./onnxReader.ts";
import type { Sides } from "./windows.ts";

/**
 * The rows (axis 0), columns (1) or channels (2) of a map from a place to another.
 * @param part the first place and the place behind the last.
 */
export function rowsAndColumns(
  reader: OnnxReader,
  name: string,
  map: OnnxValue,
  axis: number,
  [start, end]: Pair,
): OnnxValue {
  const [height = 1, width = 1, channels = 1] = map.tensor.shape;
  const side = map.tensor.shape[axis] ?? 1;
  if (start === 0 && end === side) return map;
  const cut: Pair = [start, side - end];
  const none: Pair = [0, 0];
  if (axis === 2) {
    const inColumns = { type: "Reshape", targetShape: [height * width, channels, 1] } as const;
    const columns = reader.layer(inColumns, `${name}/columns`, [map]);
    const cropping = { type: "Cropping2D", cropping: [none, cut] } as const;
    const kept = reader.layer(cropping, `${name}/kept`, [columns]);
    const shape = [height, width, end - start] as const;
    const made = reader.layer({ type: "Reshape", targetShape: shape }, name, [kept]);
    return withForm(made, map);
  }
  const cropping = axis === 0 ? ([cut, none] as const) : ([none, cut] as const);
  return withForm(reader.layer({ type: "Cropping2D", cropping }, name, [map]), map);
}

function withForm(made: OnnxValue, { channelsFirst }: OnnxValue): OnnxValue {
  return { ...made, channelsFirst, dims: dimsOf(made.tensor.shape, channelsFirst) };
}

/** Every `step`th row (axis 0) or column (1), from the first. */
export function thinned(reader: OnnxReader, name: string, map: OnnxValue, steps: Pair): OnnxValue {
  if (steps.every((step) => step === 1)) return map;
  const made = reader.layer(
    { type: "MaxPooling2D", poolSize: [1, 1], strides: steps, padding: "valid" },
    name,
    [map],
  );
  return withForm(made, map);
}

/** @param axis counted from 1. */
export function concatenated(
  reader: OnnxReader,
  name: string,
  parts: readonly OnnxValue[],
  axis: number,
): OnnxValue {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const made = reader.layer({ type: "Concatenate", axis }, name, parts);
  return first === undefined ? made : withForm(made, first);
}

/** Which row or column stands at each place of a padded side. */
export type Padded = (place: number, side: number) => number;
export const EDGE: Padded = (place, side) => Math.min(Math.max(place, 0), side - 1);
export const REFLECTED: Padded = (place, side) => {
  const period = Math.max(1, 2 * (side - 1));
  const within = ((place % period) + period) % period;
  return within < side ? within : period - within;
};
export const WRAPPED: Padded = (place, side) => ((place % side) + side) % side;

/** Pads with rows and columns of the map itself. */
export function edgePadded(
  reader: OnnxReader,
  name: string,
  map: OnnxValue,
  [top, left, bottom, right]: Sides,
  padded: Padded = EDGE,
): OnnxValue {
  const along = (from: OnnxValue, axis: 0 | 1, [before, after]: Pair, own: string) => {
    if (before === 0 && after === 0) return from;
    const side = from.tensor.shape[axis] ?? 1;
    const at = (place: number, index: number) => {
      const row = padded(place, side);
      return rowsAndColumns(reader, `${own}/${index}`, from, axis, [row, row + 1]);
    };
    const first = Array.from({ length: before }, (_, index) => at(index - before, index));
    const last = Array.from({ length: after }, (_, index) => at(side + index, before + index));
    return concatenated(reader, own, [...first, from, ...last], axis + 1);
  };
  return along(along(map, 0, [top, bottom], `${name}/rows`), 1, [left, right], `${name}/columns`);
}

/** The values of a vector from a place to another. */
export function partOfVector(
  reader: OnnxReader,
  name: string,
  vector: OnnxValue,
  [start, end]: Pair,
): OnnxValue {
  const size = sizeOf(vector.dims);
  const inRows = { type: "Reshape", targetShape: [size, 1, 1] } as const;
  const rows = reader.layer(inRows, `${name}/rows`, [vector]);
  const cropping = [
    [start, size - end],
    [0, 0],
  ] as const;
  const kept = reader.layer({ type: "Cropping2D", cropping }, `${name}/kept`, [rows]);
  return { ...reader.layer({ type: "Flatten" }, name, [kept]), dims: [end - start] };
}
