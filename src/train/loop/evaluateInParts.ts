/**
 * Evaluates in parts of a few batches. Between parts the engine is idle and the gate serves requests, so a pause, a file or a
 * test waits for one or two batches and not for thousands of images. The engine is also idle while waiting for data.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { yieldToEvents } from "../../core/yieldToEvents.ts";
import { joinEvaluations } from "../../exec/evaluationTally.ts";
import type { Evaluation, Inference } from "../../exec/executor.ts";
import type { Attention } from "./runControl.ts";

/** The number of batches in a part when no request is waiting. Some engines read one batch while they compute the next. */
const PART = 8;

export interface PartsOptions {
  readonly gate: Attention;
  readonly onProgress?: (numImages: number) => void;
}

export async function evaluateInParts(
  executor: Pick<Inference, "evaluate">,
  batches: AsyncIterable<PixelBatch>,
  { gate, onProgress }: PartsOptions,
): Promise<Evaluation> {
  const parts: Evaluation[] = [];
  let numImages = 0;
  for await (const group of grouped(batches, PART)) {
    for (let first = 0; first < group.length; ) {
      const part = untilWanted(group, first, gate);
      const evaluation = await executor.evaluate(part, async (done) => {
        onProgress?.(numImages + done);
        await yieldToEvents();
      });
      first = part.end;
      numImages += evaluation.numImages;
      parts.push(evaluation);
      await yieldToEvents();
      await gate.attend();
    }
  }
  return parts.length === 0 ? executor.evaluate([]) : joinEvaluations(parts);
}

/**
 * Iterates from `first` to the end, or until a request waits at the gate, but over at least one item. It can be iterated again
 * after an engine was lost.
 */
function untilWanted<T>(
  items: readonly T[],
  first: number,
  gate: Pick<Attention, "wanted">,
): Iterable<T> & { readonly end: number } {
  let end = first;
  return {
    get end() {
      return end;
    },
    *[Symbol.iterator]() {
      end = first;
      for (const item of items.slice(first)) {
        if (end > first && gate.wanted) return;
        end += 1;
        yield item;
      }
    },
  };
}

async function* grouped<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
