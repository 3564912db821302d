/** What a launch of a plan has to do at least: arithmetic of its matrix operations, bytes that it reads and writes. */
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
   * Multiplications and additions of convolutions and dense layers. All other operations do a few for each number they
   * touch, so that bytes are what bounds them.
   */
  readonly flops: number;
  /** Every tensor once in and once out. What a cache still holds is counted all the same. */
  readonly bytes: number;
}

/** @param steps all steps of the program that the launches are of. */
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
 * Two operations for each weight and each place of the output that it takes part in: of a filter with `c` output
 * channels, `size(filter) / c` weights meet in each number of the output.
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

/** What of these lies in memory, each place once. */
function storedIn(buffers: readonly PlanBuffer[], ids: Iterable<BufferId>): readonly BufferId[] {
  const storages = new Set([...ids].map((id) => storageOf(buffers, id)));
  return [...storages].filter((id) => !bufferAt(buffers, id).unstored);
}

function operandsIn(step: Step, wanted: "updates"): readonly BufferId[] {
  return operandsOf(step).flatMap(({ group, ids }) => (group === wanted ? ids : []));
}
