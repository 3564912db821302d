/** The page's handle on the worker that classifies, whose program is a text in the page. */
import { PlaygroundError } from "../core/errors.ts";
import type { ClassifiedPicture, GivenPicture } from "../core/givenPicture.ts";
import type { Answer, Blocks, Order } from "./messages.ts";

export interface WorkerClassifier {
  readonly numOutputs: number;
  classify(picture: GivenPicture): Promise<ClassifiedPicture>;
}

interface Waiting {
  resolve(result: ClassifiedPicture): void;
  reject(error: Error): void;
}

/** Rejects with the reason when the network of the page cannot be opened. */
export function startClassifier(program: string, blocks: Blocks): Promise<WorkerClassifier> {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(address);
  const waiting = new Map<number, Waiting>();
  let numOrders = 0;
  const send = (order: Order) => worker.postMessage(order);
  const classify = (picture: GivenPicture) =>
    new Promise<ClassifiedPicture>((resolve, reject) => {
      numOrders += 1;
      waiting.set(numOrders, { resolve, reject });
      send({ id: numOrders, picture });
    });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => {
      const error = workerFault(message);
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      reject(error);
    };
    worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
      URL.revokeObjectURL(address);
      if (answer.type === "opened") resolve({ numOutputs: answer.numOutputs, classify });
      else if (answer.type === "unopened") reject(new Error(answer.error.message));
      else {
        const asked = waiting.get(answer.id);
        waiting.delete(answer.id);
        if (answer.type === "classified") asked?.resolve(answer);
        else asked?.reject(new Error(answer.error.message));
      }
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
