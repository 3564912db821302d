/** Files that were asked for and have not come: each answer goes to who asked. Holds no file itself. */
import type { WorkerEventOf } from "../../protocol/events.ts";

type Answer = WorkerEventOf<"file.delivered" | "file.failed">;
export type DeliveredFile = Pick<WorkerEventOf<"file.delivered">, "step" | "bytes">;

export function createFileRequests() {
  const waiting = new Map<string, (answer: Answer) => void>();
  return {
    /** The file, or a rejection with the error as the worker tells it. */
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
