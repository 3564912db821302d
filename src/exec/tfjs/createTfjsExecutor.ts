/** The way in to this folder: chooses a backend, builds the network on it. Loaded only when tfjs is to run. */
import * as tf from "@tensorflow/tfjs";
import type { TfjsBackendChoice } from "../../settings/settings.ts";
import type { Executor, ExecutorOptions } from "../executor.ts";
import type { Fallback } from "./backends/chooseBackend.ts";
import { shareBackend } from "./backends/shareBackend.ts";
import { TfjsExecutor } from "./tfjsExecutor.ts";

export interface TfjsExecutorRequest {
  readonly options: ExecutorOptions;
  readonly backend: TfjsBackendChoice;
  /** One line for people on what is being done. */
  readonly onPhase?: (detail: string) => void;
}

export interface CreatedTfjsExecutor {
  readonly executor: Executor;
  /** Why this backend: a sentence. */
  readonly reason: string;
  /** Those passed over before it. */
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
  // Without its per-operation checks and its banner; the loss is checked where it is read.
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
