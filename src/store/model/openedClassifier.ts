/** Has a worker of its own classify pictures with an opened model that no run trains. */

import { createTrial } from "../../client/createModelWorkers.ts";
import { type AskedPictures, createAsked, type PictureAnswer } from "../../core/askedPictures.ts";
import type { ReadyOrder } from "../../protocol/trials.ts";

export interface OpenedClassifier extends Pick<AskedPictures, "classify"> {
  /** Ends the worker. Promises that are open then stay open. */
  dispose(): void;
}

export function openClassifier(order: ReadyOrder): OpenedClassifier {
  const worker = createTrial();
  const asked = createAsked((picture) => worker.postMessage(picture));
  worker.onerror = ({ message }) =>
    asked.failAll(new Error(message || "The program that classifies could not be loaded."));
  worker.onmessage = ({ data }: MessageEvent<PictureAnswer>) => asked.receive(data);
  worker.postMessage(order);
  return { classify: asked.classify, dispose: () => worker.terminate() };
}
