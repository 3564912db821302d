/**
 * Wraps a run's data so that the gate keeps serving requests while the loop waits for data. The network may be gone for long.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { RunData } from "../data/runData.ts";
import type { Attention } from "./runControl.ts";

type Waiting = Pick<Attention, "during">;

export function attendedData(data: RunData, gate: Waiting): RunData {
  return {
    ...data,
    trainingBatches: (pass, skip) => attended(data.trainingBatches(pass, skip), gate),
    validationBatches: (part) => attended(data.validationBatches(part), gate),
    testBatches: () => attended(data.testBatches(), gate),
    testImages: (indices) => gate.during(data.testImages(indices)),
    validationImages: (part, places) => gate.during(data.validationImages(part, places)),
  };
}

export async function* attended(
  batches: AsyncIterable<PixelBatch>,
  gate: Waiting,
): AsyncGenerator<PixelBatch> {
  const iterator = batches[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await gate.during(iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
