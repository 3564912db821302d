/**
 * Chooses which buffers of a plan are stored as 16-bit floats when an executor trains in mixed precision: feature maps and
 * their gradients. Only this file decides, by role, shape and writer, and the printed plan shows the result. Weights, their
 * gradients, optimiser state, statistics, the loss and the output of the head stay in 32 bits. All arithmetic is in 32 bits
 * too.
 */
import { type BufferId, type BufferRole, bufferAt, type PlanBuffer, storageOf } from "./buffers.ts";
import { launchesOf } from "./marks.ts";
import { type Step, writesOf } from "./step.ts";
import { type Plan, programOf, programsOf } from "./trainingPlan.ts";

const HALVED_ROLES: ReadonlySet<BufferRole> = new Set<BufferRole>([
  "activation",
  "activation-gradient",
]);
/**
 * Feature maps are `[N, H, W, C]`. Tensors of the head have fewer axes: they are small and close to the loss, so they keep 32
 * bits.
 */
const MAP_RANK = 4;

/** The largest finite 16-bit float. */
export const LARGEST_HALF = 65_504;

/** Returns the plan with type `f16` for the buffers that are stored in 16 bits. The operations stay the same. */
export function storeHalfPrecision<T extends Plan>(plan: T): T {
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

/** Tells whether any gradient is stored in 16 bits, so that the loss must be scaled. */
export function hasHalfGradients({ buffers }: Pick<Plan, "buffers">): boolean {
  return buffers.some(({ role, type }) => role === "activation-gradient" && type === "f16");
}

/**
 * Requires an even number of channels, because two neighbouring channels share one 32-bit word. Unstored buffers take no memory
 * and keep their type.
 */
function isPairedMap({ role, shape, unstored }: PlanBuffer): boolean {
  const channels = shape.at(-1) ?? 1;
  return HALVED_ROLES.has(role) && !unstored && shape.length === MAP_RANK && channels % 2 === 0;
}

/** Finds outputs of steps whose threads write single numbers. In 16 bits, two threads would write to the same 32-bit word. */
function writtenOneByOne(plan: Plan): readonly BufferId[] {
  return programsOf(plan).flatMap((name) =>
    launchesOf(programOf(plan, name).steps)
      .filter((launch) => launch.some((step) => writesOneByOne(plan, step)))
      .flatMap((launch) => launch.flatMap(writesOf))
      .map((id) => storageOf(plan.buffers, id)),
  );
}

function writesOneByOne({ buffers }: Plan, step: Step): boolean {
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
    case "logSoftmax":
    case "logSoftmaxGradient":
    case "layerNormalize":
    case "layerNormalizeInputGradient":
    case "swapAxes":
    case "dropout":
    case "dropoutGradient":
    case "softmaxCrossEntropyGradient":
    case "clippedCrossEntropyGradient":
      return true;
    default:
      return false;
  }
}
