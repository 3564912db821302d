/** Tells the workers of all tabs that a person has deleted runs, so that a run that goes on keeps no more checkpoints. */
import * as v from "valibot";
import type { CheckpointFolder } from "./checkpointStore.ts";

const CHANNEL = "xception-playground.forgotten";

const forgottenSchema = v.union([v.literal("all"), v.array(v.string())]);
export type Forgotten = v.InferOutput<typeof forgottenSchema>;

export function tellForgotten(runs: Forgotten): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(runs);
  channel.close();
}

/**
 * Calls `listener` for every deletion, by a page of this tab or of another one.
 * @returns a function that ends it
 */
export function listenForForgotten(listener: (runs: Forgotten) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const { success, output } = v.safeParse(forgottenSchema, data);
    if (success) listener(output);
  };
  return () => channel.close();
}

/** Returns a signal that aborts when this run is deleted. */
export function forgettingOf(runId: string): AbortSignal {
  const forgetting = new AbortController();
  const end = listenForForgotten((runs) => {
    if (runs !== "all" && !runs.includes(runId)) return;
    forgetting.abort();
    end();
  });
  return forgetting.signal;
}

/** A folder that takes nothing more once the signal has aborted. What is being written is abandoned. */
export function untilForgotten(folder: CheckpointFolder, signal: AbortSignal): CheckpointFolder {
  return {
    ...folder,
    async create(name, sizeBytes) {
      signal.throwIfAborted();
      const file = await folder.create(name, sizeBytes);
      return {
        ...file,
        async append(piece) {
          signal.throwIfAborted();
          return file.append(piece);
        },
        async finish(header) {
          signal.throwIfAborted();
          return file.finish(header);
        },
      };
    },
  };
}
