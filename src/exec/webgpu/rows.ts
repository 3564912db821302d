/**
 * Kernels that process a map element by element, and sums over its rows. They need no barriers: each thread writes the partial
 * sum of a chunk of rows, and a second dispatch adds these in a fixed order. Only shapes decide how rows are divided, so a sum
 * has the same bits every time.
 */
import { rowSides, type Shape, sizeOf } from "../../core/shape.ts";
import type { Dispatch, Kernel, Tensor } from "./dispatch.ts";
import { type Joined, masked, widthOf } from "./lowering.ts";
import { dispatchOf } from "./shader.ts";

/** The least number of rows in a chunk. A partial sum of fewer rows costs more than it saves. */
const FEWEST_ROWS = 64;
/** The maximum number of partial sums that one thread of the second dispatch adds. */
const MOST_CHUNKS = 256;
/** The number of threads that keeps a graphics card busy. */
const WANTED_THREADS = 16_384;

/** @returns chunks of whole lines of the map, so that a window can slide along them. */
export function rowChunks(shape: Shape) {
  const [rows, channels] = rowSides(shape);
  const rowsOfLine = shape.length === 4 ? (shape[2] ?? 1) : 1;
  const lines = rows / rowsOfLine;
  const wanted = Math.ceil((WANTED_THREADS * widthOf(channels)) / channels);
  const most = Math.min(MOST_CHUNKS, Math.ceil(rows / FEWEST_ROWS));
  const linesOfChunk = Math.ceil(lines / Math.max(1, Math.min(wanted, most)));
  return {
    linesOfChunk,
    perChunk: linesOfChunk * rowsOfLine,
    chunks: Math.ceil(lines / linesOfChunk),
  };
}

export interface MapKernel {
  readonly name: string;
  readonly shape: Shape;
  readonly reads: NonNullable<Kernel["reads"]>;
  readonly numbers?: NonNullable<Kernel["numbers"]>;
  /** WGSL functions that `before` and `value` call. */
  readonly functions?: string;
  /** WGSL for the element `at` in the `row` and `channel`, both counted in units of the kernel's width. */
  readonly before?: string;
  readonly value: string;
  /** Absent if the kernel only writes sums. */
  readonly target?: Tensor;
}

/** Uses one thread for each element or, if the launch also computes sums, for each chunk of rows. */
export function mapDispatch(map: MapKernel, { mask, sums }: Joined): Dispatch {
  const { name, shape, target } = map;
  const [rows, channels] = rowSides(shape);
  const width = widthOf(channels);
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(shape);
  const each = `${map.before ?? ""}
    let value = ${masked(mask, map.value, "at", "channel")};
    ${target === undefined ? "" : "target_set(at, value);"}`;
  return dispatchOf({
    name,
    width,
    reads: { ...map.reads, ...sums?.reads },
    mask,
    writes: { target: target && { tensor: mask?.dx ?? target }, ...sums?.writes },
    functions: map.functions ?? "",
    numbers: {
      ...map.numbers,
      channels: columns,
      ...(sums && { numRows: rows, perChunk, ...sums.numbers }),
    },
    body:
      sums === undefined
        ? `let at = i;
          let row = i / p.channels;
          let channel = i % p.channels;
          ${each}`
        : `let chunk = i / p.channels;
          let channel = i % p.channels;
          let end = min(p.numRows, (chunk + 1u) * p.perChunk);
          ${sums.start}
          for (var row = chunk * p.perChunk; row < end; row++) {
            let at = row * p.channels + channel;
            ${each}
            ${sums.add}
          }
          ${sums.end}`,
    threads: sums === undefined ? sizeOf(shape) / width : columns * chunks,
  });
}
