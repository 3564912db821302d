/** Keeps the promises of requests to the worker and settles each with its answer. It stores no answer. */
import type { WorkerEventOf } from "../protocol/events.ts";

type FileAnswer = WorkerEventOf<"file.delivered" | "file.failed">;
export type DeliveredFile = Pick<WorkerEventOf<"file.delivered">, "step" | "bytes">;
export type ClassifiedByRun = WorkerEventOf<"picture.classified">;
type NoPicture = WorkerEventOf<"images.failed" | "request.superseded">;
type PictureAnswer = WorkerEventOf<"images.delivered"> | NoPicture;

/** The message when the worker that could deliver the images, or classify, has ended. */
export const RUN_GONE = "The run is gone, and its images and network went with it. Train again.";

/** A file rejects with the worker's error. */
export function createFileRequests() {
  return createRequests<FileAnswer, DeliveredFile>((answer) =>
    answer.type === "file.delivered" ? answer : new Error(answer.error.message),
  );
}

/** Pictures are pixels, `[images, height, width, channels]` bytes. They reject with the reason in one sentence. */
export function createPictureRequests() {
  return createRequests<PictureAnswer, Uint8Array>((answer) =>
    answer.type === "images.delivered" ? answer.pixels : reasonOf(answer),
  );
}

/** Classes of a picture that a person gave. They reject like pictures. */
export function createClassRequests() {
  return createRequests<ClassifiedByRun | NoPicture, ClassifiedByRun>((answer) =>
    answer.type === "picture.classified" ? answer : reasonOf(answer),
  );
}

function reasonOf(answer: NoPicture): Error {
  return new Error(answer.type === "images.failed" ? answer.error.message : RUN_GONE);
}

/** @param read returns what an answer delivers, or why it delivers nothing */
export function createRequests<A extends { readonly requestId: string }, T extends object>(
  read: (answer: A) => T | Error,
) {
  const waiting = new Map<string, (answer: A) => void>();
  return {
    answerTo: (requestId: string): Promise<T> =>
      new Promise((resolve, reject) => {
        waiting.set(requestId, (answer) => {
          const result = read(answer);
          if (result instanceof Error) reject(result);
          else resolve(result);
        });
      }),
    receive(answer: A): void {
      waiting.get(answer.requestId)?.(answer);
      waiting.delete(answer.requestId);
    },
  };
}
