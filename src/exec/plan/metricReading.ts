/** Reads a plan's metrics on a machine whose buffers are in the processor's memory. */
import type { BufferId } from "../../plan/buffers.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import type { MetricReading } from "./planMachine.ts";

/** @param values the current numbers of a buffer; they are copied. */
export function metricReading(
  { metrics, parameters }: Plan,
  values: (id: BufferId) => Float32Array | Float64Array,
): MetricReading {
  return {
    sums: values(metrics).slice(),
    hasNotFinite: parameters.some(({ value }) => hasNotFinite(values(value))),
  };
}

function hasNotFinite(values: Float32Array | Float64Array): boolean {
  for (let at = 0; at < values.length; at += 1) if (!Number.isFinite(values[at])) return true;
  return false;
}
