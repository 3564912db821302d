/** Joins the statistics of a map to the launch that computes the map, where its values have just been computed. */
import type { Plan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinStatistics<T extends Plan>(plan: T): T {
  return markJoining(plan, ["batchStatistics"]);
}
