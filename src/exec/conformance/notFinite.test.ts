import { afterAll, describe, expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { readKernels } from "../../cli/readKernels.ts";
import { randomStream } from "../../core/random.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { planOptions } from "../../plan/planCases.ts";
import { createProgressMeter } from "../../train/loop/progressMeter.ts";
import type { Executor, ExecutorOptions, PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../wasm/wasmExecutor.ts";

type Net = ReturnType<typeof createBuilder>;
type Changes = Parameters<typeof planOptions>[1];

const ENGINES: Readonly<Record<string, (options: ExecutorOptions) => Promise<Executor>>> = {
  reference: async (options) => createReferenceExecutor(options),
  wasm: async (options) => createWasmExecutor(options, await readKernels()),
  webgpu: openWebgpu,
  tfjs: async (options) => (await createTfjsExecutor({ options, backend: "cpu" })).executor,
};
const SIDE = 6;
const CLASSES = 3;

function network(build: (net: Net, x: string) => string, head: "softmax" | "linear" = "softmax") {
  const net = createBuilder("poisoned");
  const first = net.conv2d(net.input("input", [SIDE, SIDE, 1]), "first", {
    filters: 4,
    kernelSize: [3, 3],
  });
  const x = net.globalAveragePooling2d(build(net, first), "average");
  net.dense(x, "predictions", CLASSES, head);
  return net.finish();
}

const pool = { poolSize: [2, 2], strides: [2, 2], padding: "same" } as const;
/** Networks with operations that may hide NaN or infinity: those that compare, clip or normalise. */
const NETWORKS: readonly {
  readonly name: string;
  readonly graph: ExecutorOptions["graph"];
  readonly changes?: Changes;
}[] = [
  { name: "ReLU", graph: network((net, x) => net.activation(x, "act", "relu")) },
  {
    name: "ELU and max pooling",
    graph: network((net, x) =>
      net.pooling(net.activation(x, "act", "elu"), "pool", "MaxPooling2D", pool),
    ),
  },
  {
    name: "batch normalisation and ReLU, Adam",
    graph: network((net, x) => net.activation(net.batchNormalization(x, "bn"), "act", "relu")),
    changes: { optimizer: { kind: "adam" } },
  },
  {
    name: "ReLU, a clipped linear head, clipped gradients",
    graph: network((net, x) => net.activation(x, "act", "relu"), "linear"),
    changes: { optimizer: { kind: "sgd", clipNorm: 1 } },
  },
];
const MIXED = NETWORKS.slice(0, 1).map((given) => ({
  ...given,
  name: `${given.name}, in 16 bits`,
  changes: { ...given.changes, mixedPrecision: true },
}));

/** Where NaN or infinity is inserted. A bias of minus infinity before a ReLU never shows in the loss. */
const POISONS = [
  ["first/kernel", Number.NaN],
  ["first/kernel", Number.POSITIVE_INFINITY],
  ["first/bias", Number.NaN],
  ["first/bias", Number.NEGATIVE_INFINITY],
  ["predictions/kernel", Number.NaN],
  ["predictions/bias", Number.NEGATIVE_INFINITY],
] as const;

const random = randomStream(3, "batch");
const batch: PreparedBatch = {
  kind: "prepared",
  values: Float32Array.from({ length: 2 * SIDE ** 2 }, () => random.nextFloat()),
  labels: Uint8Array.of(0, 2),
  numImages: 2,
};

/** Returns the error code, read as a run reads it. */
async function codeAfterStep(executor: Executor, given: PreparedBatch): Promise<string> {
  await executor.trainStep(given, 0.01);
  const metrics = await executor.readMetrics();
  try {
    createProgressMeter().record(1, metrics);
    return "none";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

const opened: Executor[] = [];
afterAll(() => {
  for (const executor of opened) executor.dispose();
});

const cases = Object.entries(ENGINES).flatMap(([engine, open]) =>
  [...NETWORKS, ...(["webgpu", "reference"].includes(engine) ? MIXED : [])].map((given) => ({
    ...given,
    engine,
    open,
  })),
);

describe("a number that is none ends a run at its step", () => {
  test.each(cases)("$engine: $name", async ({ open, graph, changes }) => {
    const executor = await open(planOptions(graph, { batchSize: 2, ...changes }));
    opened.push(executor);
    const start = await executor.readState();
    const weights = await executor.readWeights();
    const codes: Record<string, string> = {};
    const wanted: Record<string, string> = { nothing: "none" };
    codes.nothing = await codeAfterStep(executor, batch);
    for (const [path, poison] of POISONS) {
      executor.writeState(start);
      const values = (weights.get(path) ?? new Float32Array()).slice();
      values[values.length - 1] = poison;
      executor.writeWeights(new Map([[path, values]]));
      const name = `${poison} in ${path}`;
      codes[name] = await codeAfterStep(executor, batch);
      wanted[name] = "run.diverged";
    }
    executor.writeState(start);
    const images = batch.values.slice();
    images[7] = Number.NaN;
    codes["NaN in an image"] = await codeAfterStep(executor, { ...batch, values: images });
    wanted["NaN in an image"] = "run.diverged";
    expect(codes).toEqual(wanted);
  });

  const optimizers = ["sgd", "adam", "adamw", "rmsprop", "adadelta"] as const;
  test.each(
    optimizers.flatMap((kind) => ["reference", "wasm", "tfjs"].map((engine) => ({ kind, engine }))),
  )("$engine: a rate that is none, $kind", async ({ kind, engine }) => {
    const [given] = NETWORKS;
    const open = ENGINES[engine];
    if (given === undefined || open === undefined) throw new Error("the table has such a case");
    const executor = await open(planOptions(given.graph, { batchSize: 2, optimizer: { kind } }));
    opened.push(executor);
    await executor.trainStep(batch, Number.NaN);
    expect((await executor.readMetrics()).hasNotFinite).toBe(true);
  });
});
