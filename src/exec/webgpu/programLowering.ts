/**
 * Lowers the steps of one program to dispatches, and creates the storages that their kernels need besides the plan's buffers.
 */
import { sizeOf } from "../../core/shape.ts";
import {
  type BufferId,
  bufferAt,
  type Phase,
  type ProgramName,
  storageOf,
} from "../../plan/buffers.ts";
import { type Launch, launchesOf } from "../../plan/marks.ts";
import { type Step, writesOf } from "../../plan/step.ts";
import { type Plan, programOf } from "../../plan/trainingPlan.ts";
import type { Access, Dispatch, Operand, Read, Tensor, Write } from "./dispatch.ts";
import { finishes, lowerLaunch } from "./launches.ts";
import { type DeferredSum, type Lowering, padded } from "./lowering.ts";
import { lowerCoefficients, lowerInline } from "./registry.ts";

export interface PlacedDispatch extends Dispatch {
  /** Layer and kernel, for messages. */
  readonly label: string;
  readonly phase: Phase;
  /** The plan's launch that it belongs to; undefined for the dispatch that adds up the parts of all gradients. */
  readonly launch: Launch | undefined;
}

/** The size of every storage is a multiple of this many values, so that it is a multiple of the widest load. */
const ALIGNED_NUMBERS = 64;
export const aligned = (count: number) => Math.ceil(count / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;

export type ProductChoice = Lowering["productVariant"];

export function lowerSteps(
  plan: Plan,
  name: ProgramName,
  lowering: ProgramLowering,
): readonly PlacedDispatch[] {
  const launches = launchesOf(programOf(plan, name).steps);
  /** Returns the inline step whose coefficients a launch computes. */
  const finishedBy = (launch: Launch | undefined, next: Launch | undefined) =>
    launch && next?.[0].inline && finishes(launch, next[0]) ? next[0] : undefined;
  const inline = (step: Step) => {
    const lowered = lowerInline(step, lowering);
    for (const id of writesOf(step)) lowering.inline.set(id, lowered.operand);
    return lowered;
  };
  return launches.flatMap((launch, index) => {
    const [step] = launch;
    lowering.startLaunch();
    if (!step.inline) {
      const finished = finishedBy(launch, launches[index + 1]);
      const coefficients = finished && inline(finished).coefficients;
      return placed(step, lowerLaunch(launch, lowering, coefficients), launch);
    }
    if (finishedBy(launches[index - 1], launch) !== undefined) return [];
    return placed(step, lowerCoefficients(inline(step)), launch);
  });
}

export function placed(
  { layer, phase }: Pick<Step, "layer" | "phase">,
  dispatches: readonly Dispatch[],
  launch?: Launch,
): readonly PlacedDispatch[] {
  return dispatches.map((dispatch) => ({
    ...dispatch,
    phase,
    launch,
    label: [layer, dispatch.name].filter(Boolean).join(" "),
  }));
}

type Reserve = (storage: string, count: number) => void;

export class ProgramLowering implements Lowering {
  readonly lossScale: Tensor | undefined;
  readonly inline = new Map<BufferId, Operand>();
  readonly sums: DeferredSum[] = [];
  readonly #plan: Plan;
  readonly #stored: (id: BufferId) => Tensor;
  readonly #reserve: Reserve;
  readonly productVariant: ProductChoice;
  /** The buffers that only the current launch reads. */
  #own = new Map<BufferId, Tensor>();
  #numScratch = 0;
  #kept = 0;
  #parts = 0;

  constructor(
    plan: Plan,
    tensor: (id: BufferId) => Tensor,
    reserve: Reserve,
    { lossScale, productVariant }: Pick<Lowering, "lossScale" | "productVariant">,
  ) {
    this.lossScale = lossScale;
    this.#plan = plan;
    this.#stored = tensor;
    this.#reserve = reserve;
    this.productVariant = productVariant;
  }

  startLaunch(): void {
    this.#own = new Map();
    this.#numScratch = 0;
  }

  tensor(id: BufferId): Tensor {
    const storage = storageOf(this.#plan.buffers, id);
    const { unstored, shape } = bufferAt(this.#plan.buffers, storage);
    if (!unstored) return this.#stored(storage);
    if (this.inline.has(storage)) throw new RangeError(`buffer ${id} is inline`);
    const own = this.#own.get(storage) ?? this.scratch(sizeOf(shape));
    this.#own.set(storage, own);
    return own;
  }

  optional(id: BufferId | undefined): Tensor | undefined {
    return id === undefined ? undefined : this.tensor(id);
  }

  operand(id: BufferId): Operand {
    return this.inline.get(id) ?? { kind: "stored", source: this.tensor(id) };
  }

  read(id: BufferId): Read {
    return { operand: this.operand(id), ...this.#typeOf(id) };
  }

  write(id: BufferId): Write {
    return { tensor: this.tensor(id), ...this.#typeOf(id) };
  }

  #typeOf(id: BufferId): Access {
    return bufferAt(this.#plan.buffers, id).type === "i32" ? { type: "i32" } : {};
  }

  shape(id: BufferId) {
    return bufferAt(this.#plan.buffers, id).shape;
  }

  scratch(count: number): Tensor {
    const storage = `scratch ${this.#numScratch}`;
    this.#numScratch += 1;
    this.#reserve(storage, count);
    return { storage, base: 0 };
  }

  kept(count: number): Tensor {
    const base = this.#kept;
    this.#kept += aligned(count);
    this.#reserve("kept", this.#kept);
    return { storage: "kept", base };
  }

  deferSum(sum: Omit<DeferredSum, "parts">): Tensor {
    const parts = { storage: "parts", base: this.#parts };
    this.#parts += aligned(sum.numParts * padded(sum.count));
    this.#reserve("parts", this.#parts);
    this.sums.push({ ...sum, parts });
    return parts;
  }
}
