/** The calls from the tests to the engine in the page's worker, and the answers. All values are copied. */
import type {
  Batch,
  ExecutorInfo,
  ExecutorOptions,
  TrainingMetrics,
} from "../../../src/exec/executor.ts";
import type { WasmWishes } from "../../../src/exec/wasm/openWasmExecutor.ts";
import type { TfjsBackendChoice } from "../../../src/settings/settings.ts";

/** The engine is chosen explicitly, so that a missing one is an error. */
export type EngineChoice =
  | ({ readonly engine: "wasm" } & WasmWishes)
  | { readonly engine: "webgpu" }
  | { readonly engine: "tfjs"; readonly backend: Exclude<TfjsBackendChoice, "automatic"> };

/** Entries of a map, because maps cannot be transferred. */
export type WeightEntries = readonly (readonly [path: string, values: Float32Array])[];

/** There is one executor at a time: the next one is opened after the last one was disposed. */
export interface EngineCalls {
  open(task: {
    readonly choice: EngineChoice;
    readonly options: ExecutorOptions;
  }): Promise<ExecutorInfo>;
  writeWeights(entries: WeightEntries): Promise<void>;
  trainStep(task: { readonly batch: Batch; readonly learningRate: number }): Promise<void>;
  readMetrics(): Promise<TrainingMetrics>;
  predict(batch: Batch): Promise<Float32Array>;
  gradients(batch: Batch): Promise<WeightEntries>;
  readWeights(): Promise<WeightEntries>;
  dispose(): Promise<void>;
}

export type CallName = keyof EngineCalls;

export type EngineRequest<K extends CallName = CallName> = {
  readonly [Name in K]: { readonly name: Name; readonly input: Parameters<EngineCalls[Name]> };
}[K];

export type EngineReply<K extends CallName = CallName> =
  | { readonly ok: true; readonly output: Awaited<ReturnType<EngineCalls[K]>> }
  | { readonly ok: false; readonly reason: string };
