/** What the tests of runs and races that go on from checkpoints share: settings, engines and what is compared. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Executor, ExecutorOptions, ExecutorState } from "../../exec/executor.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { SMALL_RUN } from "./smallRun.ts";

/** Has dropout, which depends on the step. 10 batches to a pass, 7 steps to an epoch, so that passes end within epochs; 16 steps altogether. */
export const SETTINGS: Settings = {
  ...SMALL_RUN,
  network: "mnist-convnet",
  shuffleBuffer: 9,
  schedule: "cosine",
  warmUpSteps: 2,
  stepsPerEpoch: 7,
  budget: "steps",
  steps: 16,
  optimizer: "adam",
  horizontalFlip: true,
  shift: 0.1,
};

export const SHORT: Settings = { ...SETTINGS, network: "xception", middleRepeats: 0, steps: 4 };

export type Open = (options: ExecutorOptions) => Promise<Executor>;

/** Returns an engine whose device is lost during these steps. The steps of all devices are counted together, from 1. */
export function mortal(open: Open, deadly: readonly number[]): Open {
  let steps = 0;
  return async (options) => {
    const executor = await open(options);
    const trainStep = executor.trainStep.bind(executor);
    let tell = (_reason: string) => {};
    const deviceLost = new Promise<string>((resolve) => {
      tell = resolve;
    });
    return Object.defineProperties(executor, {
      deviceLost: { value: deviceLost },
      trainStep: {
        async value(...parameters: Parameters<Executor["trainStep"]>) {
          steps += 1;
          if (!deadly.includes(steps)) return trainStep(...parameters);
          tell("the thread was killed");
          throw new Error("broken pipe");
        },
      },
    });
  };
}

/** What a person sees of a run, without times. */
export function seen(events: readonly WorkerEvent[]) {
  const of = <T extends WorkerEvent["type"]>(type: T) =>
    events.filter((event): event is WorkerEventOf<T> => event.type === type);
  return {
    points: of("step.completed").flatMap(({ points }) => points),
    rates: of("step.completed").at(-1)?.learningRate,
    // What the network said of each image is kept for the newest validation alone.
    validations: of("validation.completed").map(
      ({ step, whole, loss, accuracy, numImages, confusion }) => ({
        ...{ step, whole, loss, accuracy, numImages, confusion },
      }),
    ),
    epochs: of("epoch.completed"),
    ending: of("training.ended"),
    comparisons: of("statistics.compared"),
    test: of("test.completed"),
  };
}

/** A checksum of all bits for each vector. */
export function bitsOf(vectors: ExecutorState["vectors"] = new Map()) {
  return [...vectors].map(([name, values]) => [
    name,
    bytesToHex(sha256(new Uint8Array(values.slice().buffer))),
  ]);
}
