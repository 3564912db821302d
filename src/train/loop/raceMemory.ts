/** Checks that the networks of a race fit in memory side by side, before an engine allocates any. */
import { PlaygroundError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { analyze } from "../../network/analyze.ts";
import { trainingMemoryBytes } from "../../network/memory.ts";
import type { PreparedNetwork } from "./prepareRun.ts";

/**
 * Uses the estimate of `network/memory.ts`.
 * @throws PlaygroundError `engine.out-of-memory`
 */
export function requireRoom(networks: readonly PreparedNetwork[], limitBytes: number): void {
  const needs = networks.map(({ graph, settings }) =>
    trainingMemoryBytes(analyze(graph), settings),
  );
  const numBytes = needs.reduce((total, need) => total + need, 0);
  if (numBytes <= limitBytes) return;
  throw new PlaygroundError({
    code: "engine.out-of-memory",
    where: "Race",
    rule: `${networks.length} networks must fit in memory side by side`,
    expected: `at most ${formatBytes(limitBytes)}`,
    got: `${formatBytes(numBytes)} (${needs.map(formatBytes).join(" + ")})`,
    remedy: "Lower Batch size or Input size, or race smaller networks.",
    context: { numBytes, limitBytes, setting: "batchSize" },
  });
}
