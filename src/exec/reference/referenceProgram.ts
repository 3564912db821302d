/**
 * Runs the steps of a plan with one array of float64 for each buffer and one kernel call for each step. Buffers never share an
 * array, which wastes memory on purpose: other engines are compared with what this computes.
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
import { type Plan, programOf } from "../../plan/trainingPlan.ts";
import { roundStored } from "./halfPrecision.ts";
import type { Memory } from "./kernel.ts";
import { runStep } from "./kernels.ts";

export class ReferenceProgram implements Memory {
  readonly plan: Plan;
  readonly #shared: ReferenceProgram | undefined;
  readonly #arrays = new Map<BufferId, Float64Array>();

  /**
   * @param shared a program of the same network. Both then use the same weights, moving statistics, optimiser's vectors and
   *   metrics.
   */
  constructor(plan: Plan, shared?: ReferenceProgram) {
    this.plan = plan;
    this.#shared = shared;
  }

  values(id: BufferId): Float64Array {
    const {
      role,
      shape,
      id: storage,
    } = bufferAt(this.plan.buffers, storageOf(this.plan.buffers, id));
    const existing = this.#arrays.get(storage);
    if (existing !== undefined) return existing;
    const outlives = PERSISTENT_ROLES.has(role) && role !== "input" && role !== "label";
    if (outlives && this.#shared !== undefined) return this.#shared.values(storage);
    const array = new Float64Array(sizeOf(shape));
    this.#arrays.set(storage, array);
    return array;
  }

  shape(id: BufferId): Shape {
    return bufferAt(this.plan.buffers, id).shape;
  }

  /** Runs a program of the plan. Of a training program it runs only the given phases. */
  run(name: ProgramName, phases: readonly Phase[] = ["forward", "backward", "update"]): void {
    for (const step of programOf(this.plan, name).steps) {
      if (!phases.includes(step.phase)) continue;
      runStep(step, this);
      for (const id of writesOf(step)) {
        const storage = bufferAt(this.plan.buffers, storageOf(this.plan.buffers, id));
        roundStored(storage, this.values(id));
      }
    }
  }

  /** The bytes of the arrays used so far, without those of the program that it shares some with. */
  get usedBytes(): number {
    return [...this.#arrays.values()].reduce((total, array) => total + array.byteLength, 0);
  }

  get numBuffers(): number {
    return this.#arrays.size;
  }
}
