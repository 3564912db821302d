/** Has a worker of its own classify pictures with an opened model that no run trains. */

import { createTrial } from "../../client/createModelWorkers.ts";
import type { ClassifiedPicture, GivenPicture } from "../../core/givenPicture.ts";
import type { PictureAnswer, PictureOrder, ReadyOrder } from "../../protocol/trials.ts";

export interface OpenedClassifier {
  /** Rejects with the reason in a sentence. */
  classify(picture: GivenPicture): Promise<ClassifiedPicture>;
  /** Ends the worker. Promises that are open then stay open. */
  dispose(): void;
}

interface Waiting {
  resolve(result: ClassifiedPicture): void;
  reject(error: Error): void;
}

export function openClassifier(order: ReadyOrder): OpenedClassifier {
  const worker = createTrial();
  const waiting = new Map<number, Waiting>();
  let numPictures = 0;
  worker.onerror = ({ message }) => {
    const error = new Error(message || "The program that classifies could not be loaded.");
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.onmessage = ({ data: answer }: MessageEvent<PictureAnswer>) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.type === "classified") asked?.resolve(answer);
    else asked?.reject(new Error(answer.error.message));
  };
  worker.postMessage(order);
  return {
    classify: (picture) =>
      new Promise((resolve, reject) => {
        numPictures += 1;
        waiting.set(numPictures, { resolve, reject });
        worker.postMessage({ id: numPictures, picture } satisfies PictureOrder);
      }),
    dispose: () => worker.terminate(),
  };
}
