/** Joins the two gradients of a convolution in one launch, because both read the gradient of its output. */
import type { Plan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinInputGradients<T extends Plan>(plan: T): T {
  return markJoining(plan, ["conv2dInputGradient", "depthwiseConv2dInputGradient"]);
}
