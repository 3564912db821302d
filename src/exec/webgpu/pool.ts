/**
 * Where what lives only within a program lies: a pool of storages, each holding one buffer of the plan at a time. WebGPU lets
 * no dispatch read and write the same storage, and what one dispatch reads and writes lives at the same time, so apart.
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
  /** By buffer id: the index of its storage. */
  readonly places: ReadonlyMap<BufferId, number>;
  /** Words of four bytes of each storage, the largest first. */
  readonly sizes: readonly number[];
}

/** Greedy: the largest buffer first, each into the smallest storage that is free as long as it lives. */
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
    // They stand in order of size, and all of them are large enough.
    let place = storages.findLastIndex(
      ({ lifetimes }) => !lifetimes.some((other) => meet(other, lifetime)),
    );
    if (place < 0) place = storages.push({ size, lifetimes: [] }) - 1;
    storages[place]?.lifetimes.push(lifetime);
    places.set(id, place);
  }
  return { places, sizes: storages.map(({ size }) => size) };
}

/** Programs never run at the same time. */
function meet(a: Lifetime, b: Lifetime): boolean {
  return a.program === b.program && a.first <= b.last && b.first <= a.last;
}
