/** The minimum work of a launch of a plan: the arithmetic of its matrix operations, and the bytes that it reads and writes. */
import { sizeOf } from "../../src/core/shape.ts";
import {
  type BufferId,
  bufferAt,
  contentBytes,
  type PlanBuffer,
  storageOf,
} from "../../src/plan/buffers.ts";
import { loadsOf } from "../../src/plan/marks.ts";
import { operandsOf, type Step, writesOf } from "../../src/plan/step.ts";

export interface Work {
  /**
   * Multiplications and additions of convolutions and dense layers. All other operations do only a few for each number, so that
   * memory traffic limits them.
   */
  readonly flops: number;
  /** Every tensor is read and written once. Values that are still in a cache are counted too. */
  readonly bytes: number;
}

/** @param steps all steps of the program that the launches belong to. */
export function workOfLaunches(
  buffers: readonly PlanBuffer[],
  steps: readonly Step[],
): (launch: readonly Step[]) => Work {
  const loads = loadsOf(steps);
  return (launch) => {
    if (launch.every(({ inline }) => inline)) return { flops: 0, bytes: 0 };
    const written = new Set(launch.flatMap(writesOf));
    const updated = launch.flatMap((step) => operandsIn(step, "updates"));
    const read = new Set(launch.flatMap(loads).filter((id) => !written.has(id)));
    const count = (ids: Iterable<BufferId>) =>
      storedIn(buffers, ids).reduce((sum, id) => sum + contentBytes(bufferAt(buffers, id)), 0);
    return {
      flops: launch.reduce((sum, step) => sum + flopsOf(buffers, step), 0),
      bytes: count(read) + count([...written, ...updated]),
    };
  };
}

/**
 * Counts two operations for each weight and each output position it contributes to. With `c` output channels, each output value
 * is a sum over `size(filter) / c` weights.
 */
function flopsOf(buffers: readonly PlanBuffer[], step: Step): number {
  const sizeAt = (names: readonly string[]) => {
    const [id] = operandsOf(step).find(({ name }) => names.includes(name))?.ids ?? [];
    return id === undefined ? undefined : bufferAt(buffers, id).shape;
  };
  const filter = sizeAt(["filter", "dfilter", "kernel", "dkernel"]);
  const output = sizeAt(["y", "dy"]);
  if (filter === undefined || output === undefined) return 0;
  return (2 * sizeOf(output) * sizeOf(filter)) / (output.at(-1) ?? 1);
}

/** Returns the buffers that are stored in memory, each storage once. */
function storedIn(buffers: readonly PlanBuffer[], ids: Iterable<BufferId>): readonly BufferId[] {
  const storages = new Set([...ids].map((id) => storageOf(buffers, id)));
  return [...storages].filter((id) => !bufferAt(buffers, id).unstored);
}

function operandsIn(step: Step, wanted: "updates"): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === wanted ? ids : []));
}
