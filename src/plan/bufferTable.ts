/** Numbers the buffers of a plan while it is compiled. */
import type { Shape } from "../core/shape.ts";
import {
  type BufferId,
  type BufferRole,
  bufferAt,
  type ElementType,
  type PlanBuffer,
} from "./buffers.ts";

export class BufferTable {
  readonly buffers: PlanBuffer[] = [];

  add(role: BufferRole, label: string, shape: Shape, type: ElementType = "f32"): BufferId {
    return this.#push({ id: this.buffers.length, role, label, shape, type });
  }

  /** A view of a view refers to the buffer that stores the contents. */
  addView(source: PlanBuffer, shape: Shape): BufferId {
    const viewOf = source.viewOf ?? source.id;
    return this.#push({ ...source, id: this.buffers.length, shape, viewOf });
  }

  at(id: BufferId): PlanBuffer {
    return bufferAt(this.buffers, id);
  }

  #push(buffer: PlanBuffer): BufferId {
    this.buffers.push(buffer);
    return buffer.id;
  }
}
