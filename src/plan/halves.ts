/**
 * Which buffers of a plan are stored in 16 bits, for an executor that trains in mixed precision: feature maps and their
 * gradients. Decides by role, shape and writer, in this one place; the printed plan shows it. Weights, their gradients, what
 * optimisers remember, statistics, the loss and the rows of the head stay in 32 bits, and so does all arithmetic.
 */
import {
  type BufferId,
  type BufferRole,
  bufferAt,
  type PlanBuffer,
  PROGRAM_NAMES,
  storageOf,
} from "./buffers.ts";
import { launchesOf } from "./marks.ts";
import { type Step, writesOf } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

const HALVED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
]);
/** `[N, H, W, C]`; the rows of a head are small, and near the loss. */
const MAP_RANK = 4;

/** Largest finite number of 16 bits. */
export const LARGEST_HALF = 65_504;

/** The plan with the type `f16` where it is stored in 16 bits. What it means stays the same. */
export function storeHalves(plan: TrainingPlan): TrainingPlan {
  const single = new Set(writtenOneByOne(plan));
  const isHalf = (id: BufferId) => {
    const storage = bufferAt(plan.buffers, storageOf(plan.buffers, id));
    return isPairedMap(storage) && !single.has(storage.id);
  };
  const buffers = plan.buffers.map((buffer) =>
    isHalf(buffer.id) ? { ...buffer, type: "f16" as const } : buffer,
  );
  return { ...plan, buffers };
}

/** Whether any gradient is stored in 16 bits, so that the loss must be scaled. */
export function hasHalfGradients({ buffers }: Pick<TrainingPlan, "buffers">): boolean {
  return buffers.some(({ role, type }) => role === "activation-gradient" && type === "f16");
}

/** Two neighbouring channels share a word of memory. What no memory holds has nothing to save. */
function isPairedMap({ role, shape, unstored }: PlanBuffer): boolean {
  const channels = shape.at(-1) ?? 1;
  return HALVED_ROLES.has(role) && !unstored && shape.length === MAP_RANK && channels % 2 === 0;
}

/** Of steps whose threads write single numbers: two threads cannot write one word. */
function writtenOneByOne(plan: TrainingPlan): readonly BufferId[] {
  return PROGRAM_NAMES.flatMap((name) =>
    launchesOf(plan.programs[name].steps)
      .filter((launch) => launch.some((step) => writesOneByOne(plan, step)))
      .flatMap((launch) => launch.flatMap(writesOf))
      .map((id) => storageOf(plan.buffers, id)),
  );
}

function writesOneByOne({ buffers }: TrainingPlan, step: Step): boolean {
  const channels = (id: BufferId) => bufferAt(buffers, id).shape.at(-1);
  switch (step.op) {
    case "conv2d":
    case "conv2dInputGradient":
      return step.attributes.groups !== 1;
    case "depthwiseConv2d":
      return channels(step.inputs.x) !== channels(step.outputs.y);
    case "depthwiseConv2dInputGradient":
      return channels(step.inputs.dy) !== channels(step.outputs.dx);
    case "softmax":
    case "softmaxGradient":
    case "dropout":
    case "dropoutGradient":
    case "softmaxCrossEntropyGradient":
    case "clippedCrossEntropyGradient":
      return true;
    default:
      return false;
  }
}
