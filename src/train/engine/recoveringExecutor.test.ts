import { describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { readKernels } from "../../cli/readKernels.ts";
import { randomStream } from "../../core/random.ts";
import type { PreparedBatch, RestorableExecutor, Trainer } from "../../exec/executor.ts";
import { createWasmExecutor } from "../../exec/wasm/wasmExecutor.ts";
import { openDevice } from "../../exec/webgpu/openDevice.ts";
import { createWebgpuExecutor } from "../../exec/webgpu/webgpuExecutor.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { RecoveringExecutor, type Recovery } from "./recoveringExecutor.ts";

// Recovery must restore all state: dropout depends on the step, Adam corrects its bias by it, and batch normalisation
// accumulates moving statistics.
const options = planOptions(remainingOperations(), { batchSize: 4 });
const STEPS = 8;

function batchOf(step: number): PreparedBatch {
  const random = randomStream(step, "batch");
  return {
    kind: "prepared",
    values: Float32Array.from({ length: 4 * 7 * 5 * 3 }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: 4 }, () => random.nextInteger(3)),
    numImages: 4,
  };
}

async function* batchesSince(first: number): AsyncGenerator<PreparedBatch> {
  for (let step = first; ; step += 1) yield batchOf(step);
}

/** An engine whose device is lost during the given steps. Steps are counted over all devices. */
interface Mortal {
  readonly open: () => Promise<RestorableExecutor>;
  /** The number of devices opened so far. */
  readonly opened: () => number;
}

async function mortalWasm(deadly: readonly number[], hangs = false): Promise<Mortal> {
  const kernels = await readKernels();
  let opened = 0;
  let step = 0;
  return {
    opened: () => opened,
    async open() {
      opened += 1;
      let tell = (_reason: string) => {};
      const deviceLost = new Promise<string>((resolve) => {
        tell = resolve;
      });
      const executor = createWasmExecutor(options, kernels);
      const trainStep: Trainer["trainStep"] = async (...parameters) => {
        step += 1;
        if (!deadly.includes(step)) return executor.trainStep(...parameters);
        tell("the thread was killed");
        return hangs ? new Promise(() => {}) : Promise.reject(new Error("broken pipe"));
      };
      return Object.assign(Object.create(executor), {
        ...bound(executor),
        deviceLost,
        trainStep,
      });
    },
  };
}

/** Binds the methods to the engine, because its private fields need `this` to be the engine itself. */
function bound(executor: RestorableExecutor): Omit<RestorableExecutor, "deviceLost" | "trainStep"> {
  return {
    info: executor.info,
    readMetrics: () => executor.readMetrics(),
    evaluate: (...parameters) => executor.evaluate(...parameters),
    predict: (batch) => executor.predict(batch),
    readWeights: () => executor.readWeights(),
    writeWeights: (weights) => executor.writeWeights(weights),
    readState: (reused) => executor.readState(reused),
    writeState: (state) => executor.writeState(state),
    memory: () => executor.memory(),
    dispose: () => executor.dispose(),
  };
}

async function mortalWebgpu(deadly: readonly number[]): Promise<Mortal> {
  let opened = 0;
  let step = 0;
  return {
    opened: () => opened,
    async open() {
      opened += 1;
      const device = await openDevice(await openDawn());
      const executor = await createWebgpuExecutor(options, device);
      return {
        ...bound(executor),
        deviceLost: executor.deviceLost,
        async trainStep(batch, learningRate) {
          step += 1;
          const taken = executor.trainStep(batch, learningRate);
          if (deadly.includes(step)) device.device.destroy();
          return taken;
        },
      };
    },
  };
}

/**
 * Trains and reads metrics every other step, then returns the final state. The fake clock advances by `secondsALook` at each
 * look.
 */
async function trained({ open }: Mortal, secondsALook = 1) {
  const recoveries: Recovery[] = [];
  let time = 0;
  const now = () => {
    time += 1000 * secondsALook;
    return time;
  };
  const executor = new RecoveringExecutor({
    executor: await open(),
    reopen: open,
    batchesSince,
    onRecovered: (recovery) => recoveries.push(recovery),
    now,
  });
  const losses: number[] = [];
  let numSteps = 0;
  for (let step = 0; step < STEPS; step += 1) {
    await executor.trainStep(batchOf(step), 0.01);
    if (step % 2 === 0) continue;
    const metrics = await executor.readMetrics();
    losses.push(metrics.lossSum);
    numSteps += metrics.numSteps;
  }
  const { loss } = await executor.evaluate([batchOf(0), batchOf(1)]);
  const state = await executor.readState();
  executor.dispose();
  return { losses, numSteps, loss, state, recoveries };
}

const ENGINES = [
  ["CPU compiled", mortalWasm],
  ["WebGPU compiled", mortalWebgpu],
] as const;

describe("a lost device", () => {
  test.each(ENGINES)("leaves no trace in curve and weights: %s", async (_, mortal) => {
    const expected = await trained(await mortal([]));
    const { recoveries, ...rest } = await trained(await mortal([6]));
    expect(recoveries).toMatchObject([{ step: 5 }]);
    expect({ ...rest, recoveries: [] }).toEqual(expected);
  });

  test("goes back to the newest copy, and to the beginning where there is none yet", async () => {
    const late = await trained(await mortalWasm([6]));
    expect(late.recoveries).toMatchObject([{ step: 5, resumedStep: 4 }]);
    const early = await trained(await mortalWasm([6]), 0);
    expect(early.recoveries).toMatchObject([{ step: 5, resumedStep: 0 }]);
    expect(early.state).toEqual(late.state);
  });

  test("is noticed although the step never comes back", async () => {
    const { recoveries } = await trained(await mortalWasm([3], true));
    expect(recoveries).toMatchObject([{ reason: "the thread was killed", step: 2 }]);
  });

  test("may be lost again while the steps are taken again", async () => {
    const expected = await trained(await mortalWasm([]));
    // The device is lost in the 6th step. The 7th step taken is the first one that is repeated.
    const { recoveries, ...rest } = await trained(await mortalWasm([6, 7]), 0);
    expect(recoveries).toHaveLength(1);
    expect(rest.state).toEqual(expected.state);
    expect(rest.losses).toEqual(expected.losses);
  });

  test("ends the run at the third loss, and another engine is proposed", async () => {
    const mortal = await mortalWasm([3, 6, 9]);
    await expect(trained(mortal)).rejects.toMatchObject({
      code: "engine.device-lost",
      message: expect.stringContaining("the loss number 3"),
      context: { setting: "engine" },
    });
    expect(mortal.opened()).toBe(3);
  });

  test("ends the run where no other can be opened, with both reasons", async () => {
    const mortal = await mortalWasm([2]);
    const executor = new RecoveringExecutor({
      executor: await mortal.open(),
      reopen: () => Promise.reject(new Error("there is no WebGPU adapter")),
      batchesSince,
    });
    await executor.trainStep(batchOf(0), 0.01);
    await expect(executor.trainStep(batchOf(1), 0.01)).rejects.toMatchObject({
      code: "engine.device-lost",
      message: expect.stringMatching(/the thread was killed.*there is no WebGPU adapter/),
    });
  });

  test("is told from an error of the engine, which stays one", async () => {
    const { open } = await mortalWasm([]);
    const executor = new RecoveringExecutor({ executor: await open(), reopen: open, batchesSince });
    const wrong = { ...batchOf(0), values: new Float32Array(3) };
    await expect(executor.trainStep(wrong, 0.01)).rejects.toMatchObject({
      code: "network.shape-mismatch",
    });
  });

  test("after earlier weights were restored goes on with these", async () => {
    const { open } = await mortalWasm([3]);
    const executor = new RecoveringExecutor({ executor: await open(), reopen: open, batchesSince });
    await executor.trainStep(batchOf(0), 0.01);
    const earlier = await executor.readWeights();
    await executor.trainStep(batchOf(1), 0.01);
    await executor.readMetrics();
    const kernel = "conv/kernel";
    expect((await executor.readWeights()).get(kernel)).not.toEqual(earlier.get(kernel));
    await executor.restoreWeights(earlier);
    expect(await executor.readWeights()).toEqual(earlier);
    // This step loses the device and is repeated on another.
    await executor.trainStep(batchOf(2), 0);
    expect((await executor.readWeights()).get(kernel)).toEqual(earlier.get(kernel));
    expect((await executor.readState()).step).toBe(3);
  });

  test("in the middle of an evaluation counts every image once", async () => {
    const { open } = await mortalWasm([]);
    const batches = Array.from({ length: 20 }, (_, index) => batchOf(index));
    const [plain, first] = [await open(), await open()];
    let asked = 0;
    const failing: RestorableExecutor = {
      ...bound(first),
      trainStep: (...parameters) => first.trainStep(...parameters),
      deviceLost: Promise.resolve("the cable was pulled"),
      async evaluate(...parameters) {
        asked += 1;
        await first.evaluate(...parameters);
        throw new Error("broken pipe");
      },
    };
    const executor = new RecoveringExecutor({ executor: failing, reopen: open, batchesSince });
    const [ours, theirs] = [await executor.evaluate(batches), await plain.evaluate(batches)];
    expect(asked).toBe(1);
    expect(ours).toEqual(theirs);
  });
});

test("copies take turns in the same memory, except for a state that was handed out", async () => {
  let now = 0;
  const inner = createWasmExecutor(options, await readKernels());
  const executor = new RecoveringExecutor({
    executor: inner,
    reopen: async () => inner,
    batchesSince,
    now: () => now,
  });
  const arrays = new Set<unknown>();
  const step = async () => {
    now += 10_000;
    await executor.trainStep(batchOf(now), 0.01);
    await executor.readMetrics();
    arrays.add(executor.copy?.vectors.values().next().value);
  };
  for (let taken = 0; taken < 5; taken += 1) await step();
  expect(arrays.size).toBe(2);
  const state = await executor.readState();
  const kept = [...state.vectors].map(([label, values]) => [label, values.slice()]);
  for (let taken = 0; taken < 5; taken += 1) await step();
  expect(arrays.size).toBe(3);
  expect([...state.vectors]).toEqual(kept);
  expect(executor.copy?.vectors).not.toEqual(state.vectors);
  executor.dispose();
});
