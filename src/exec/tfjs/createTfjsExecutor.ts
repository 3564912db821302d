/** The entry of this folder: it chooses a backend and builds the network on it. It loads only when tfjs is to run. */
import * as tf from "@tensorflow/tfjs";
import type { TfjsBackendChoice } from "../../settings/settings.ts";
import type { Executor, ExecutorOptions } from "../executor.ts";
import type { Fallback } from "./backends/chooseBackend.ts";
import { shareBackend } from "./backends/shareBackend.ts";
import { TfjsExecutor } from "./tfjsExecutor.ts";

export interface TfjsExecutorRequest {
  readonly options: ExecutorOptions;
  readonly backend: TfjsBackendChoice;
  /** Reports one line on what is being done. */
  readonly onPhase?: (detail: string) => void;
}

export interface CreatedTfjsExecutor {
  readonly executor: Executor;
  /** One sentence on why this backend was chosen. */
  readonly reason: string;
  /** The backends that were skipped before it. */
  readonly fallbacks: readonly Fallback[];
}

/**
 * @throws PlaygroundError `engine.unavailable` for a backend chosen by hand that does not work here;
 *   `engine.unsupported` for a layer that TensorFlow.js cannot train; `network.*`.
 */
export async function createTfjsExecutor({
  options,
  backend: choice,
  onPhase,
}: TfjsExecutorRequest): Promise<CreatedTfjsExecutor> {
  // Switches off tfjs' per-operation checks and its banner; the loss is checked when it is read.
  tf.enableProdMode();
  const { backend, reason, fallbacks } = await shareBackend(choice, onPhase);
  onPhase?.("Building the network");
  try {
    return { executor: new TfjsExecutor(options, backend), reason, fallbacks };
  } catch (error) {
    backend.dispose();
    throw error;
  }
}
