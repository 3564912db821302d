/**
 * Which engine a run gets, and why. An engine loads only when it is chosen. Today there is one; the compiled
 * engines will stand before it where they are faster.
 */
import type { ExecutorOptions } from "../exec/executor.ts";
import type { Settings } from "../spec/settings.ts";
import type { ChosenEngine } from "./prepareRun.ts";

/** @throws PlaygroundError `engine.unavailable` or `engine.unsupported` */
export async function selectEngine(
  settings: Settings,
  options: ExecutorOptions,
): Promise<ChosenEngine> {
  const { createTfjsExecutor } = await import("../exec/tfjs/createTfjsExecutor.ts");
  return createTfjsExecutor({ options, backend: settings.tfjsBackend });
}
