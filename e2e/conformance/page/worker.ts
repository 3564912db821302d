/** The worker: it holds one executor, opened as the page's own worker opens it, and answers calls to it. */
import type { Executor, ExecutorOptions } from "../../../src/exec/executor.ts";
import type {
  CallName,
  EngineCalls,
  EngineChoice,
  EngineReply,
  EngineRequest,
} from "./engineCalls.ts";

let executor: Executor | undefined;

function opened(): Executor {
  if (executor === undefined) throw new Error("the worker was asked before an engine was opened");
  return executor;
}

async function open(choice: EngineChoice, options: ExecutorOptions): Promise<Executor> {
  if (choice.engine === "wasm") {
    const { openWasmExecutor } = await import("../../../src/exec/wasm/openWasmExecutor.ts");
    return (await openWasmExecutor(options, choice)).executor;
  }
  if (choice.engine === "webgpu") {
    const { openWebgpuExecutor } = await import("../../../src/exec/webgpu/openWebgpuExecutor.ts");
    return (await openWebgpuExecutor(options)).executor;
  }
  const { createTfjsExecutor } = await import("../../../src/exec/tfjs/createTfjsExecutor.ts");
  return (await createTfjsExecutor({ options, backend: choice.backend })).executor;
}

const CALLS: EngineCalls = {
  open: async ({ choice, options }) => {
    executor = await open(choice, options);
    return executor.info;
  },
  writeWeights: async (entries) => opened().writeWeights(new Map(entries)),
  trainStep: ({ batch, learningRate }) => opened().trainStep(batch, learningRate),
  readMetrics: () => opened().readMetrics(),
  predict: (batch) => opened().predict(batch),
  gradients: async (batch) => [...(await opened().gradients(batch))],
  readWeights: async () => [...(await opened().readWeights())],
  dispose: async () => {
    opened().dispose();
    executor = undefined;
  },
};

/** Each call's function takes that call's input. */
type Handlers = {
  readonly [K in CallName]: (
    ...input: Parameters<EngineCalls[K]>
  ) => Promise<Awaited<ReturnType<EngineCalls[K]>>>;
};

function answer<K extends CallName>({ name, input }: EngineRequest<K>) {
  const handlers: Handlers = CALLS;
  return handlers[name](...input);
}

function reply(message: EngineReply): void {
  self.postMessage(message);
}

self.onmessage = async ({ data }: MessageEvent<EngineRequest>) => {
  try {
    reply({ ok: true, output: await answer(data) });
  } catch (error) {
    reply({ ok: false, reason: error instanceof Error ? error.message : String(error) });
  }
};
