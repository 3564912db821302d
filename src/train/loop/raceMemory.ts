/** Checks that the networks of a race fit in memory side by side, before an engine allocates any. */
import { PlaygroundError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { executorOptions } from "../engine/executorOptions.ts";
import type { PreparedNetwork } from "./prepareRun.ts";

/**
 * Adds up what the training plans of the networks allocate. TensorFlow.js, which follows no plan, needs more.
 * @throws PlaygroundError `engine.out-of-memory`
 */
export async function requireRoom(
  networks: readonly PreparedNetwork[],
  limitBytes: number,
): Promise<void> {
  const [{ assignMemory, planBytes }, { executedPlan }] = await Promise.all([
    import("../../plan/assignMemory.ts"),
    import("../../exec/plan/executedPlan.ts"),
  ]);
  const needs = networks.map(({ graph, settings, numLabelClasses }) => {
    const options = executorOptions(settings, graph, numLabelClasses);
    return planBytes(assignMemory(executedPlan(options, "training")));
  });
  const numBytes = needs.reduce((total, need) => total + need, 0);
  if (numBytes <= limitBytes) return;
  throw new PlaygroundError({
    code: "engine.out-of-memory",
    where: "Race",
    rule: `${networks.length} networks must fit in memory side by side`,
    expected: `at most ${formatBytes(limitBytes)}`,
    got: `${formatBytes(numBytes)} (${needs.map(formatBytes).join(" + ")})`,
    remedy: "Lower Batch size, or race smaller networks or with smaller images.",
    context: { numBytes, limitBytes, setting: "batchSize" },
  });
}
