/** The page's handle on the worker that classifies, whose program is a text in the page. */
import { type AskedPictures, createAsked } from "../core/askedPictures.ts";
import { PlaygroundError } from "../core/errors.ts";
import type { Answer, Blocks, Order } from "./messages.ts";

export interface WorkerClassifier extends Pick<AskedPictures, "classify"> {
  readonly numOutputs: number;
}

/** Rejects with the reason when the network of the page cannot be opened. */
export function startClassifier(program: string, blocks: Blocks): Promise<WorkerClassifier> {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(address);
  const send = (order: Order) => worker.postMessage(order);
  const { classify, receive, failAll } = createAsked(send);
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => {
      const error = workerFault(message);
      failAll(error);
      reject(error);
    };
    worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
      URL.revokeObjectURL(address);
      if (answer.type === "opened") resolve({ numOutputs: answer.numOutputs, classify });
      else if (answer.type === "unopened") reject(new Error(answer.error.message));
      else receive(answer);
    };
    send({ blocks });
  });
}

function workerFault(message: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: "This page",
    rule: "its program for classifying did not run",
    got: message || "an error without words",
    remedy: "Open the file in a current browser, or save it again.",
  });
}
