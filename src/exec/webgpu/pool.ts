/**
 * Allocates the buffers that live within a program in a pool of storages, each of which holds one buffer of the plan at a time.
 * WebGPU forbids that a dispatch reads and writes the same storage. This never happens, because the buffers that a dispatch
 * reads and writes are live at the same time.
 */
import {
  type BufferId,
  type BufferRole,
  contentBytes,
  type Lifetime,
  type PlanBuffer,
} from "../../plan/buffers.ts";

const POOLED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
  "saved",
  "scratch",
  "result",
]);

export interface Pool {
  /** Maps a buffer id to the index of its storage. */
  readonly places: ReadonlyMap<BufferId, number>;
  /** Size of each storage in 4-byte words, the largest first. */
  readonly sizes: readonly number[];
}

/** Allocates greedily: the largest buffer first, each into the smallest storage that is free during its lifetime. */
export function layOutPool(buffers: readonly PlanBuffer[]): Pool {
  const storages: { readonly size: number; readonly lifetimes: Lifetime[] }[] = [];
  const places = new Map<BufferId, number>();
  const pooled = buffers.flatMap((buffer) => {
    const { id, role, viewOf, lifetime } = buffer;
    return viewOf === undefined && lifetime !== undefined && POOLED_ROLES.has(role)
      ? { id, size: Math.ceil(contentBytes(buffer) / 4), lifetime }
      : [];
  });
  for (const { id, size, lifetime } of pooled.toSorted((a, b) => b.size - a.size)) {
    // Storages are sorted by size, largest first, and all of them are large enough.
    let place = storages.findLastIndex(
      ({ lifetimes }) => !lifetimes.some((other) => meet(other, lifetime)),
    );
    if (place < 0) place = storages.push({ size, lifetimes: [] }) - 1;
    storages[place]?.lifetimes.push(lifetime);
    places.set(id, place);
  }
  return { places, sizes: storages.map(({ size }) => size) };
}

/** Lifetimes in different programs never overlap, because programs never run at the same time. */
function meet(a: Lifetime, b: Lifetime): boolean {
  return a.program === b.program && a.first <= b.last && b.first <= a.last;
}
