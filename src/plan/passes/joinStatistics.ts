/** The statistics of a map are taken in the launch that makes it, while its rows are at hand. */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinStatistics(plan: TrainingPlan): TrainingPlan {
  return markJoining(plan, ["batchStatistics"]);
}
