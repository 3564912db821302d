/** Asks a worker for the classes of pictures, and hands each of its answers to the caller that waits for it. */
import type { SerializedError } from "./errors.ts";
import type { ClassifiedPicture, GivenPicture } from "./givenPicture.ts";

/** Asks a worker for the classes of a picture. */
export interface PictureOrder {
  readonly id: number;
  readonly picture: GivenPicture;
}

/** Has the id of its order. */
export type PictureAnswer =
  | ({ readonly type: "classified"; readonly id: number } & ClassifiedPicture)
  | { readonly type: "unclassified"; readonly id: number; readonly error: SerializedError };

export interface AskedPictures {
  /** Rejects with the reason in a sentence. */
  classify(picture: GivenPicture): Promise<ClassifiedPicture>;
  receive(answer: PictureAnswer): void;
  /** Rejects all promises that are open, because the worker answers none of them any more. */
  failAll(error: Error): void;
}

interface Waiting {
  resolve(result: ClassifiedPicture): void;
  reject(error: Error): void;
}

export function createAsked(post: (order: PictureOrder) => void): AskedPictures {
  const waiting = new Map<number, Waiting>();
  let numOrders = 0;
  return {
    classify: (picture) =>
      new Promise((resolve, reject) => {
        numOrders += 1;
        waiting.set(numOrders, { resolve, reject });
        post({ id: numOrders, picture });
      }),
    receive(answer) {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.type === "classified") asked?.resolve(answer);
      else asked?.reject(new Error(answer.error.message));
    },
    failAll(error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
