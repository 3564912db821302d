/**
 * Replays a plan: one array of float64 a buffer, one kernel call a step, nothing shared and nothing reused. That
 * is wasteful on purpose, since what it computes is what other engines are held against.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import {
  type BufferId,
  bufferAt,
  PERSISTENT_ROLES,
  type Phase,
  type ProgramName,
  storageOf,
} from "../../plan/buffers.ts";
import { writesOf } from "../../plan/step.ts";
import type { TrainingPlan } from "../../plan/trainingPlan.ts";
import { roundStored } from "./halves.ts";
import type { Memory } from "./kernel.ts";
import { runStep } from "./kernels.ts";

export class ReferenceMachine implements Memory {
  readonly plan: TrainingPlan;
  readonly #arrays = new Map<BufferId, Float64Array>();

  /**
   * @param shared takes weights, statistics and the optimiser's state from a machine whose plan is of the same
   *   network and differs in batch size only; both then change the same numbers.
   */
  constructor(plan: TrainingPlan, shared?: ReferenceMachine) {
    this.plan = plan;
    for (const { id, role, shape, viewOf } of plan.buffers) {
      if (viewOf !== undefined) continue;
      const outlives = PERSISTENT_ROLES.has(role) && role !== "input" && role !== "label";
      const existing = outlives ? shared?.values(id) : undefined;
      this.#arrays.set(id, existing ?? new Float64Array(sizeOf(shape)));
    }
  }

  values(id: BufferId): Float64Array {
    const array = this.#arrays.get(storageOf(this.plan.buffers, id));
    if (array === undefined) throw new RangeError(`buffer ${id} has no storage`);
    return array;
  }

  optional(id: BufferId | undefined): Float64Array | undefined {
    return id === undefined ? undefined : this.values(id);
  }

  scalar(id: BufferId): number {
    return this.values(id)[0] ?? Number.NaN;
  }

  shape(id: BufferId): Shape {
    return bufferAt(this.plan.buffers, id).shape;
  }

  /** Runs a program; of `training`, the phases named. */
  run(program: ProgramName, phases: readonly Phase[] = ["forward", "backward", "update"]): void {
    for (const step of this.plan.programs[program].steps) {
      if (!phases.includes(step.phase)) continue;
      runStep(step, this);
      for (const id of writesOf(step)) {
        const storage = bufferAt(this.plan.buffers, storageOf(this.plan.buffers, id));
        roundStored(storage, this.values(id));
      }
    }
  }

  get usedBytes(): number {
    return [...this.#arrays.values()].reduce((total, array) => total + array.byteLength, 0);
  }

  get numBuffers(): number {
    return this.#arrays.size;
  }
}
