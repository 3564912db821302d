/** Keeps the promises of requested files and settles each with its answer. It stores no file. */
import type { WorkerEventOf } from "../../protocol/events.ts";

type Answer = WorkerEventOf<"file.delivered" | "file.failed">;
export type DeliveredFile = Pick<WorkerEventOf<"file.delivered">, "step" | "bytes">;

export function createFileRequests() {
  const waiting = new Map<string, (answer: Answer) => void>();
  return {
    /** Resolves with the file, or rejects with the worker's error. */
    answerTo: (requestId: string): Promise<DeliveredFile> =>
      new Promise((resolve, reject) => {
        waiting.set(requestId, (answer) => {
          if (answer.type === "file.delivered") resolve(answer);
          else reject(new Error(answer.error.message));
        });
      }),
    receive(answer: Answer): void {
      waiting.get(answer.requestId)?.(answer);
      waiting.delete(answer.requestId);
    },
  };
}
