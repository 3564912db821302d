/** Converts a state of this engine to named vectors: weights by their paths, and the optimiser's slots by separate names. */
import { PlaygroundError } from "../../core/errors.ts";
import type { ExecutorState } from "../executor.ts";

const PREFIX = "optimizer:";

/** Names one slot of one bucket. No path of a weight begins like this. */
export function slotKey(name: string, bucket: number): string {
  return `${PREFIX}${name}:${bucket}`;
}

export interface StateParts {
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** By Keras' name of the slot, one vector per bucket; empty before the first update. */
  readonly slots: ReadonlyMap<string, readonly Float32Array[]>;
}

/** @throws PlaygroundError `network.shape-mismatch` for vectors that another engine returned. */
export function partsOf(vectors: ExecutorState["vectors"]): StateParts {
  const weights = new Map<string, Float32Array>();
  const slots = new Map<string, Float32Array[]>();
  for (const [key, values] of vectors) {
    if (!(values instanceof Float32Array)) throw foreign(key);
    if (!key.startsWith(PREFIX)) weights.set(key, values);
    else {
      const [, name = ""] = key.split(":");
      const vectorsOfSlot = slots.get(name) ?? [];
      vectorsOfSlot.push(values);
      slots.set(name, vectorsOfSlot);
    }
  }
  return { weights, slots };
}

function foreign(key: string): PlaygroundError {
  return new PlaygroundError({
    code: "network.shape-mismatch",
    where: key,
    rule: "the state is of another engine",
    expected: "32-bit numbers",
    remedy: "Take the state from TensorFlow.js with the same options.",
    context: { path: key },
  });
}
