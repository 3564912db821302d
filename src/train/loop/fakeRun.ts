/** Fakes of data and executor that only count, for tests of the order of events in runs and races. */
import { append } from "../../core/numbers.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { Batch, Evaluation, Executor } from "../../exec/executor.ts";
import type { RunData } from "../data/runData.ts";

const batchOf = (numImages: number): PixelBatch => ({
  kind: "pixels",
  pixels: new Uint8Array(numImages * 4),
  labels: new Uint8Array(numImages),
  height: 2,
  width: 2,
  channels: 1,
  numImages,
});

export async function* batchStream(count: number, numImages: number): AsyncIterable<PixelBatch> {
  for (let index = 0; index < count; index += 1) yield batchOf(numImages);
}

export function fakeData(changes: Partial<RunData> = {}): RunData {
  return {
    description: {
      id: "starter",
      title: "Test images",
      classes: ["a", "b"],
      numTrain: 100,
      numTest: 8,
      height: 2,
      width: 2,
      channels: 1,
      sizeBytes: 1,
      numShards: 1,
      fallbackReason: "",
    },
    numTrain: 80,
    numValidation: 20,
    notes: ["Only a few."],
    trainingBatches: () => batchStream(10, 8),
    validationBatches: (part) => batchStream(part === "whole" ? 5 : 2, 4),
    testBatches: () => batchStream(2, 4),
    testImages: async (indices) => ({
      labels: new Uint8Array(indices.length),
      pixels: new Uint8Array(indices.length * 4),
    }),
    validationImages: async (_part, places) => ({
      labels: new Uint8Array(places.length),
      pixels: new Uint8Array(places.length * 4),
    }),
    ...changes,
  };
}

export interface FakeExecutor extends Executor {
  readonly rates: number[];
  /** The batches it was trained on, in order. */
  readonly batches: Batch[];
  /** Whether each batch came with affine maps, in the order of the calls. */
  readonly augmented: Record<"training" | "evaluation", boolean[]>;
  readonly lossAt: (step: number) => number;
}

export function fakeExecutor(
  changes: Partial<Pick<Executor, "deviceLost">> & {
    lossAt?: (step: number) => number;
    accuracyAt?: (step: number) => number;
  } = {},
): FakeExecutor {
  const rates: number[] = [];
  const batches: Batch[] = [];
  const augmented: FakeExecutor["augmented"] = { training: [], evaluation: [] };
  const hasMaps = (batch: Batch) => batch.kind === "pixels" && batch.maps !== undefined;
  let unread: Batch[] = [];
  const restored = new Map<string, Float32Array>();
  const lossAt = changes.lossAt ?? (() => 1);
  const unexpected = () => {
    throw new Error("not part of a run");
  };
  return {
    info: { engine: "tfjs", label: "Test engine", device: "none", backend: "cpu" },
    rates,
    batches,
    augmented,
    lossAt,
    async trainStep(batch, learningRate) {
      rates.push(learningRate);
      batches.push(batch);
      augmented.training.push(hasMaps(batch));
      unread.push(batch);
    },
    async readMetrics() {
      const read = unread;
      unread = [];
      const loss = lossAt(rates.length);
      const numImages = read.reduce((sum, batch) => sum + batch.numImages, 0);
      return {
        lossSum: loss * read.length,
        lastLoss: loss,
        numCorrect: numImages / 2,
        numImages,
        numSteps: read.length,
      };
    },
    async evaluate(input, onProgress): Promise<Evaluation> {
      let numImages = 0;
      const labels: number[] = [];
      for await (const batch of input) {
        numImages += batch.numImages;
        append(labels, batch.labels);
        augmented.evaluation.push(hasMaps(batch));
        await onProgress?.(numImages);
      }
      return {
        loss: 0.5,
        accuracy: changes.accuracyAt?.(rates.length) ?? 0.75,
        numImages,
        confusion: new Uint32Array(4),
        labels: Uint8Array.from(labels),
        predicted: new Uint8Array(numImages),
        probabilities: new Float32Array(2 * numImages).fill(0.5),
      };
    },
    predict: async (batch) => new Float32Array(batch.numImages * 2),
    gradients: unexpected,
    /** The only weight is the number of steps done, until others are restored. */
    readWeights: async () =>
      new Map([["layer/kernel", Float32Array.of(rates.length)], ...restored]),
    writeWeights: unexpected,
    readState: async () => ({ step: rates.length, vectors: new Map() }),
    writeState: ({ vectors }) => {
      for (const [name, values] of vectors) restored.set(name, Float32Array.from(values));
    },
    memory: () => ({ usedBytes: 10, numTensors: 3 }),
    deviceLost: changes.deviceLost ?? new Promise(() => {}),
    dispose: () => {},
  };
}
