/**
 * Kernels that process a map element by element, and sums over its rows. They need no barriers: each thread writes the partial
 * sum of a chunk of rows, and a second dispatch adds these in a fixed order. Only shapes decide how rows are divided, so a sum
 * has the same bits every time.
 */
import { rowSides, type Shape, sizeOf } from "../../core/shape.ts";
import type { BufferId } from "../../plan/buffers.ts";
import type { Step } from "../../plan/step.ts";
import type { Dispatch, Kernel } from "./dispatch.ts";
import { type Joined, type Lowering, masked, widthOf } from "./lowering.ts";
import { dispatchOf } from "./shader.ts";
import { stepReads, stepWrites } from "./stepKernel.ts";

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

export interface MapKernel extends Omit<Kernel, "writes" | "body" | "threads" | "team" | "mask"> {
  readonly shape: Shape;
  readonly writes?: Kernel["writes"];
  /**
   * WGSL for the element `at` in the `channel`, both counted in units of the kernel's width, at the `place` of the map, counted
   * over the whole batch.
   */
  readonly before?: string;
  readonly value: string;
  /** The name of the operand that takes the values; absent if the kernel only writes sums. */
  readonly target?: string;
}

/** Uses one thread for each element or, if the launch also computes sums, for each chunk of rows. */
export function mapDispatch(
  { shape, before = "", value, target, ...kernel }: MapKernel,
  { mask, sums }: Joined = {},
): Dispatch {
  const [rows, channels] = rowSides(shape);
  const { width = widthOf(channels) } = kernel;
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(shape);
  const each = `${before}
    let value = ${masked(mask, value, "at", "channel")};
    ${target === undefined ? "" : `${target}_set(at, value);`}`;
  return dispatchOf({
    ...kernel,
    width,
    mask,
    reads: { ...kernel.reads, ...sums?.reads },
    writes: { ...kernel.writes, ...sums?.writes },
    numbers: {
      ...kernel.numbers,
      channels: columns,
      ...(sums && { numRows: rows, perChunk, ...sums.numbers }),
    },
    body:
      sums === undefined
        ? `let at = i;
          let place = i / p.channels;
          let channel = i % p.channels;
          ${each}`
        : `let chunk = i / p.channels;
          let channel = i % p.channels;
          let end = min(p.numRows, (chunk + 1u) * p.perChunk);
          ${sums.start}
          for (var place = chunk * p.perChunk; place < end; place++) {
            let at = place * p.channels + channel;
            ${each}
            ${sums.add}
          }
          ${sums.end}`,
    threads: sums === undefined ? sizeOf(shape) / width : columns * chunks,
  });
}

/** A map kernel whose operands are those of a step. It computes the step's first output; `before` writes any other. */
export function mapStep(
  step: Step,
  lowering: Lowering,
  kernel: Omit<MapKernel, "name" | "shape" | "target" | "writes">,
  joined: Joined = {},
): Dispatch {
  const [target = "", output = -1] = Object.entries<BufferId>(step.outputs)[0] ?? [];
  const { mask } = joined;
  const writes = stepWrites(step, lowering, mask === undefined ? [] : [target]);
  return mapDispatch(
    {
      name: step.op,
      shape: lowering.shape(output),
      target,
      ...kernel,
      reads: { ...stepReads(step, lowering), ...kernel.reads },
      writes: mask === undefined ? writes : { ...writes, [target]: { tensor: mask.dx } },
    },
    joined,
  );
}
