/** What the stand-alone page and its worker tell each other. */
import type { PictureAnswer, PictureOrder } from "../core/askedPictures.ts";
import type { SerializedError } from "../core/errors.ts";

/** The texts of the page's blocks. */
export interface Blocks {
  readonly network: string;
  readonly weights: string;
  readonly kernels: string;
}

/** The blocks come first and are answered by the number of outputs. */
export type Order = { readonly blocks: Blocks } | PictureOrder;

export type Answer =
  | { readonly type: "opened"; readonly numOutputs: number }
  | { readonly type: "unopened"; readonly error: SerializedError }
  | PictureAnswer;
