/** Joins the statistics of a map to the launch that computes the map, where its values have just been computed. */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinStatistics(plan: TrainingPlan): TrainingPlan {
  return markJoining(plan, ["batchStatistics"]);
}
